//! Packages: a chart's files as the `.tgz` that repositories hold.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::File;

/// Packs files under a folder of the chart's name. The same files give the same bytes: times are those of 1970.
///
/// `Chart.yaml` comes first, so that whoever reads the package as a stream knows early what it is.
pub fn pack(chart: &str, files: &[File]) -> Vec<u8> {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by_key(|file| (file.name != "Chart.yaml", &file.name));
    let mut archive = Vec::new();
    for file in sorted {
        entry(&mut archive, &format!("{chart}/{}", file.name), file.data.bytes());
    }
    archive.extend_from_slice(&[0; 2 * BLOCK]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(&archive);
    encoder.finish().unwrap_or_default()
}

const BLOCK: usize = 512;

fn entry(archive: &mut Vec<u8>, name: &str, data: &[u8]) {
    if name.len() > 100 {
        // A record says its own length, digits included.
        let body = format!(" path={name}\n");
        let mut length = body.len() + 1;
        while length != body.len() + length.to_string().len() {
            length = body.len() + length.to_string().len();
        }
        raw(archive, "././@PaxHeader", b'x', format!("{length}{body}").as_bytes());
    }
    raw(archive, name, b'0', data);
}

fn raw(archive: &mut Vec<u8>, name: &str, flag: u8, data: &[u8]) {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str, length: usize| {
        for (slot, byte) in header[at..at + length].iter_mut().zip(text.bytes()) {
            *slot = byte;
        }
    };
    put(0, name, 100);
    put(100, "0000644\0", 8);
    put(108, "0000000\0", 8);
    put(116, "0000000\0", 8);
    put(124, &format!("{:011o}\0", data.len()), 12);
    put(136, "00000000000\0", 12);
    put(148, "        ", 8);
    put(257, "ustar\0", 6);
    put(263, "00", 2);
    header[156] = flag;
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    for (slot, byte) in header[148..156].iter_mut().zip(format!("{sum:06o}\0 ").bytes()) {
        *slot = byte;
    }
    archive.extend_from_slice(&header);
    archive.extend_from_slice(data);
    archive.resize(archive.len().div_ceil(BLOCK) * BLOCK, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, chart::unpack};

    #[test]
    fn what_is_packed_is_unpacked() {
        let long = format!("templates/{}.yaml", "x".repeat(120));
        let files = [
            File::new("values.yaml", b"a: 1\n"),
            File::new(long, b""),
            File::new("Chart.yaml", b"name: c\n"),
        ];
        let unpacked = unpack(&pack("c", &files), Dialect::Helm4).unwrap();
        let names: Vec<&str> = unpacked.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["Chart.yaml", &files[1].name, "values.yaml"]);
        assert_eq!(unpacked[2], files[0]);
    }
}
