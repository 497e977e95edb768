//! Measures how long reading takes: `cargo run --release -p krm --example read_speed -- FILE…`.
#![expect(clippy::print_stdout, reason = "an example's output is its purpose")]

use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file)?;
        let mut times: Vec<Duration> = Vec::new();
        let mut objects = (0, 0);
        for _ in 0..51 {
            let copy = bytes.clone();
            let start = Instant::now();
            let input = krm::Input::read(&file, copy)?;
            times.push(start.elapsed());
            objects = (
                input.len(),
                (0..input.len())
                    .filter(|index| input.parsed(*index))
                    .count(),
            );
        }
        times.sort();
        let median = times[times.len() / 2];
        let speed = bytes.len() as f64 / median.as_secs_f64() / 1e9;
        println!(
            "{file}: {} objects, {} parsed, {median:?}, {speed:.2} GB/s",
            objects.0, objects.1
        );
    }
    Ok(())
}
