//! SIGINT and SIGTERM: the first asks the run to stop, the second ends it at once. SIGXFSZ: writing fails instead.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;
use signal_hook::flag;

/// Has a file that reaches the limit on its size (`ulimit -f`) end a command with a message, as a full disk does: the signal
/// would end it without a word.
pub(crate) fn survive_limits() {
    #[cfg(unix)]
    flag::register(signal_hook::consts::SIGXFSZ, Arc::default()).ok();
}

pub(crate) struct Signals {
    stop: Arc<AtomicBool>,
    which: Arc<AtomicUsize>,
}

impl Signals {
    /// Catches them from now on. Where that cannot be done, they end the process, and the run can still be taken up.
    pub(crate) fn catch() -> Signals {
        let signals = Signals { stop: Arc::default(), which: Arc::default() };
        let mut all = vec![SIGINT, SIGTERM];
        #[cfg(unix)]
        all.push(signal_hook::consts::SIGHUP);
        for signal in all {
            // In this order: the first signal finds the flag unset, and sets it.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&signals.stop)).ok();
            flag::register_usize(signal, Arc::clone(&signals.which), signal as usize).ok();
            flag::register(signal, Arc::clone(&signals.stop)).ok();
        }
        signals
    }

    pub(crate) fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// 130 after SIGINT, 143 after SIGTERM.
    pub(crate) fn exit_code(&self) -> u8 {
        128 + self.which.load(Ordering::Relaxed) as u8
    }
}
