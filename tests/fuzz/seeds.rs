//! Fills the folders that the fuzz targets start from: `seeds FOLDER`, one folder in it per target.
//!
//! From the repository's samples, from the tables of Go's answers, and from the fixtures where they are: each
//! object alone, and lists of a few.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use krm::Input;

/// Larger ones cost more time than they have to tell.
const LARGEST: usize = 6_000;

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("which folder? seeds FOLDER"));
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![
        root.join("tests/samples/edge/seed.yaml"),
        root.join("tests/samples/edge/right.yaml"),
    ];
    let mut fixtures = env::var_os("KRMGUARD_FIXTURES")
        .map_or_else(|| root.join("../shared/fixtures"), PathBuf::from);
    if !fixtures.is_dir() {
        fixtures = root.join(".fixtures");
    }
    for file in [
        "rendered/seed/cluster-01-central.yaml",
        "rendered/seed/cluster-02-edge.yaml",
        "rendered/right/cluster-02-edge.yaml",
        "functions/cluster-02-edge.resourcelist.yaml",
    ] {
        files.push(fixtures.join(file));
    }
    let mut seeds = Seeds::default();
    for file in files.iter().filter(|file| file.is_file()) {
        seeds.file(fs::read(file)?)?;
    }
    for table in ["read.tsv", "refused.tsv", "tolerated.tsv", "emitted.tsv"] {
        let table = fs::read_to_string(root.join("crates/yaml/tests/tables").join(table))?;
        seeds.table(&table);
    }
    seeds.write(&folder)
}

#[derive(Default)]
struct Seeds {
    streams: Vec<String>,
    texts: Vec<String>,
}

impl Seeds {
    fn file(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        let input = Input::read("seed", bytes).map_err(io::Error::other)?;
        let mut items = String::new();
        for index in 0..input.len() {
            let text = &input.text()[input.span(index)];
            if text.len() > LARGEST {
                continue;
            }
            // Of what came out of a list, the lines are indented as its items are.
            let indented = text
                .lines()
                .nth(1)
                .is_some_and(|line| line.starts_with("  "))
                && !text
                    .lines()
                    .any(|line| line.starts_with("kind:") || line.starts_with("apiVersion:"));
            if indented {
                items += &format!("- {text}\n");
                self.streams
                    .push(format!("apiVersion: v1\nkind: List\nitems:\n- {text}\n"));
            } else {
                let item = text.replace('\n', "\n  ");
                items += &format!("- {item}\n");
                self.streams.push(format!("{text}\n"));
            }
            if items.len() > LARGEST {
                self.streams.push(format!(
                    "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}functionConfig:\n  apiVersion: v1\n  kind: Config\n"
                ));
                items.clear();
            }
        }
        Ok(())
    }

    /// A text of Go's tables stands alone, and as a field of an object.
    fn table(&mut self, table: &str) {
        for line in table.lines().filter(|line| line.starts_with('"')) {
            let cell = line.split('\t').next().unwrap_or_default();
            let Ok(text) = serde_json::from_str::<String>(cell) else {
                continue;
            };
            let nested = text.trim_end_matches('\n').replace('\n', "\n  ");
            self.streams.push(format!(
                "apiVersion: v1\nkind: A\nmetadata:\n  name: a\nspec:\n  {nested}\n"
            ));
            self.texts.push(text);
        }
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        for target in [
            "boundaries",
            "selection",
            "splice",
            "reading",
            "strings",
            "linear",
        ] {
            let folder = folder.join(target);
            fs::create_dir_all(&folder)?;
            let texts = self
                .streams
                .iter()
                .chain(self.texts.iter().filter(|_| target != "splice"));
            for (number, text) in texts.enumerate() {
                let bytes = match target {
                    "splice" => {
                        // Any choices will do; the fuzzer finds others.
                        let choices = (0..48_usize).map(|at| ((number * 31 + at * 97) % 251) as u8);
                        text.bytes().chain([0]).chain(choices).collect()
                    }
                    "linear" => match text.split_once('\n') {
                        Some((head, rest)) => format!("{head}\n\0{rest}\n\0---\n").into_bytes(),
                        None => format!("\0{text}\n\0").into_bytes(),
                    },
                    "strings" if text.len() > 400 => continue,
                    _ => text.clone().into_bytes(),
                };
                fs::write(folder.join(format!("{number:05}")), bytes)?;
            }
        }
        Ok(())
    }
}
