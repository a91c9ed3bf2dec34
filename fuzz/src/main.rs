//! Drives the targets without libFuzzer: first every kept seed and crash, then random inputs for some seconds each. An
//! input that breaks a law is made smaller, kept under `crashes/`, and ends the drive with 1.
//!
//!     cargo drive                              # all targets, three seconds each
//!     cargo drive --seconds 600 --seed 7 repair

use std::fs;
use std::panic;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use copydesk_fuzz::TARGETS;
use copydesk_fuzz::Target;
use copydesk_fuzz::random::Random;

/// Inputs are some kilobytes; one that takes so long, even on a busy machine, takes more than linear time.
const SLOWEST: Duration = Duration::from_secs(20);
/// Attempts at making a crash smaller.
const ATTEMPTS: usize = 2000;

fn main() -> ExitCode {
    let (mut seconds, mut seed, mut names) = (3, 1, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse::<u64>().ok());
        match arg.as_str() {
            "--seconds" => seconds = number().unwrap_or(seconds),
            "--seed" => seed = number().unwrap_or(seed),
            name if TARGETS.iter().any(|(known, _)| *known == name) => names.push(arg),
            _ => {
                let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
                eprintln!("usage: drive [--seconds N] [--seed N] [TARGET]...\ntargets: {}", known.join(" "));
                return ExitCode::from(2);
            }
        }
    }
    let chosen = TARGETS.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|n| n == name));
    let mut outcome = ExitCode::SUCCESS;
    for target in chosen {
        if !drive(*target, Duration::from_secs(seconds), seed) {
            outcome = ExitCode::FAILURE;
        }
    }
    outcome
}

/// Whether no input broke a law.
fn drive(target: Target, time: Duration, seed: u64) -> bool {
    let (name, _) = target;
    let kept = [kept("seeds", name), kept("crashes", name)].concat();
    for (path, data) in &kept {
        if let Some(said) = fault(target, data) {
            eprintln!("{name}: {}: {said}", path.display());
            return false;
        }
    }
    let kept: Vec<Vec<u8>> = kept.into_iter().map(|(_, data)| data).collect();
    let (mut random, started, mut inputs) = (Random::new(seed), Instant::now(), 0_u64);
    while started.elapsed() < time {
        let data = random.input(&kept);
        inputs += 1;
        if let Some(said) = fault(target, &data) {
            let path = folder("crashes", name).join(format!("seed-{seed}-input-{inputs}"));
            let small = smaller(target, data);
            let said = fault(target, &small).unwrap_or(said);
            fs::write(&path, &small).ok();
            eprintln!("{name}: {}: {said}\n{:?}", path.display(), String::from_utf8_lossy(&small));
            return false;
        }
    }
    println!("{name}: {} kept and {inputs} random inputs", kept.len());
    true
}

fn folder(kind: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(kind).join(name)
}

/// The inputs kept for a target, in order.
fn kept(kind: &str, name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder(kind, name)).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter().filter_map(|path| fs::read(&path).ok().map(|data| (path, data))).collect()
}

/// What is wrong with an input.
fn fault((_, check): Target, data: &[u8]) -> Option<String> {
    static SAID: Mutex<String> = Mutex::new(String::new());
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|info| {
        // A thread that panics has others panic after it: the first one says why.
        if let Ok(mut said) = SAID.lock()
            && said.is_empty()
        {
            *said = info.to_string();
        }
    }));
    let started = Instant::now();
    let result = panic::catch_unwind(|| check(data));
    panic::set_hook(hook);
    let said = SAID.lock().map(|mut said| std::mem::take(&mut *said)).unwrap_or_default();
    if result.is_err() || !said.is_empty() {
        return Some(said);
    }
    (started.elapsed() > SLOWEST).then(|| format!("took {:?}", started.elapsed()))
}

/// The same fault from fewer bytes.
fn smaller(target: Target, mut data: Vec<u8>) -> Vec<u8> {
    let (mut length, mut attempts) = (data.len() / 2, 0);
    while length > 0 {
        let mut at = 0;
        while at + length <= data.len() && attempts < ATTEMPTS {
            let mut shorter = data.clone();
            shorter.drain(at..at + length);
            attempts += 1;
            if fault(target, &shorter).is_some() {
                data = shorter;
            } else {
                at += length;
            }
        }
        length /= 2;
    }
    data
}
