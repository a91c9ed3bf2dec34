//! Parts that are left off at a checkpoint and taken up again.

use super::*;

fn plan(folder: &tempfile::TempDir, compress: Compress) -> Plan {
    Plan { disk: Disk::default(), work: folder.path().join("part"), compress, effort: Effort::AUDIT }
}

/// Lines that pack as well as lines can, and such as hardly do.
fn lines() -> Vec<Vec<u8>> {
    let mut seed = 1_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    let mut all = Vec::new();
    for n in 0..24 {
        let alike = vec![b'a'; 400_000 * (n % 3)];
        all.push([&alike[..], &(0..9_000 * (n % 4)).map(|_| noise()).collect::<Vec<u8>>(), b"\n"].concat());
    }
    all
}

#[test]
fn a_part_taken_up_at_any_checkpoint_ends_with_the_same_bytes() {
    let lines = lines();
    for compress in [Compress::None, Compress::Zstd, Compress::Gzip] {
        let whole = tempfile::tempdir().unwrap();
        let mut packing = Packing::start(plan(&whole, compress), 0).unwrap();
        for piece in &lines {
            packing.write(piece.clone()).unwrap();
        }
        packing.end().unwrap();
        let expected = packing.finish().unwrap();
        let cut = tempfile::tempdir().unwrap();
        let mut bytes = 0;
        for pieces in lines.chunks(5) {
            let mut packing = Packing::start(plan(&cut, compress), bytes).unwrap();
            for piece in pieces {
                packing.write(piece.clone()).unwrap();
                bytes += piece.len() as u64;
            }
            packing.checkpoint().unwrap();
            // What comes after a checkpoint is lost.
            let file = std::fs::OpenOptions::new().write(true).open(cut.path().join("part")).unwrap();
            let length = file.metadata().unwrap().len();
            packing.write(vec![b'x'; 300_000]).unwrap();
            drop(packing);
            file.set_len(length).unwrap();
        }
        let mut packing = Packing::start(plan(&cut, compress), bytes).unwrap();
        packing.end().unwrap();
        let found = packing.finish().unwrap();
        assert_eq!((found.bytes, found.sha256), (expected.bytes, expected.sha256), "{compress:?}");
        let read = |folder: &tempfile::TempDir| std::fs::read(folder.path().join("part")).unwrap();
        assert!(read(&whole) == read(&cut), "{compress:?}");
    }
}

#[test]
fn a_part_shorter_than_it_should_be_is_not_taken_up() {
    for compress in [Compress::None, Compress::Zstd, Compress::Gzip] {
        let folder = tempfile::tempdir().unwrap();
        let mut packing = Packing::start(plan(&folder, compress), 0).unwrap();
        packing.write(b"a\n".to_vec()).unwrap();
        packing.checkpoint().unwrap();
        drop(packing);
        let mut packing = Packing::start(plan(&folder, compress), 3).unwrap();
        let fault = packing.checkpoint().unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::UnexpectedEof, "{compress:?}");
    }
}
