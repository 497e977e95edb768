//! What a Thanos container runs: the subcommand, and the image that it runs in.

use krmguard_sdk::{CommandLine, Container, Image, Resource};

use crate::config::Pin;
use crate::image::{Evidence, Verdict, judge};
use crate::table;

/// A container whose image is Thanos.
pub(crate) struct Thanos<'a> {
    pub(crate) container: Container<'a>,
    /// Its image as written.
    pub(crate) image: &'a str,
    pub(crate) verdict: Verdict,
    pub(crate) line: CommandLine,
    /// Its subcommand, where the command line shows it and its flags are known.
    pub(crate) subcommand: Option<String>,
}

impl<'a> Thanos<'a> {
    /// The container as one of Thanos; `None` if it is none.
    pub(crate) fn of(container: Container<'a>, pin: &Pin) -> Option<Thanos<'a>> {
        let image = container.image_text()?;
        let line = container.command_line();
        let subcommand = subcommand(&line);
        let named = Image::parse(image).name() == "thanos" && subcommand.is_some();
        let verdict = judge(
            image,
            if named {
                Evidence::Place
            } else {
                Evidence::Name
            },
            pin,
        )?;
        Some(Thanos {
            container,
            image,
            verdict,
            line,
            subcommand,
        })
    }

    /// Where its image stands.
    pub(crate) fn image_pointer(&self) -> String {
        self.container.field("image")
    }

    /// `container `query``, as messages name it.
    pub(crate) fn title(&self) -> String {
        match self.container.name() {
            "" => "a container".to_owned(),
            name => format!("container `{name}`"),
        }
    }
}

/// The subcommand, if the image's own program runs and its flags are known. A wrapper or a shell decides
/// itself what runs.
fn subcommand(line: &CommandLine) -> Option<String> {
    let thanos = line
        .program
        .as_ref()
        .is_none_or(|program| program.text.rsplit('/').next() == Some("thanos"));
    if !thanos || line.shell {
        return None;
    }
    let words = line.words(table::global_takes_value);
    words
        .first()
        .map(|word| word.text.clone())
        .filter(|word| table::is_described(word))
}

/// The operator's argument for the image of sidecars and rulers.
pub(crate) const BASE_IMAGE: &str = "thanos-default-base-image";

/// A `--thanos-default-base-image` on the command line of the Prometheus operator.
pub(crate) struct BaseImage<'a> {
    pub(crate) resource: &'a Resource,
    /// Where the token with the value stands.
    pub(crate) pointer: String,
    /// The whole token, and where in it the image begins.
    pub(crate) token: String,
    pub(crate) start: usize,
}

impl BaseImage<'_> {
    /// All of them in a container.
    pub(crate) fn all<'a>(resource: &'a Resource, container: &Container<'_>) -> Vec<BaseImage<'a>> {
        let line = container.command_line();
        let flags = line.all(BASE_IMAGE);
        flags
            .filter_map(|flag| {
                let (token, start) = match (flag.joined, flag.next) {
                    (Some(value), _) => (flag.token, flag.token.text.len() - value.len()),
                    (None, Some(next)) => (next, 0),
                    (None, None) => return None,
                };
                Some(BaseImage {
                    resource,
                    pointer: token.pointer.clone(),
                    token: token.text.clone(),
                    start,
                })
            })
            .collect()
    }

    /// The image.
    pub(crate) fn image(&self) -> &str {
        &self.token[self.start..]
    }

    /// The verdict on it. Without tag and digest the operator appends its own default version, which is not the pin.
    pub(crate) fn verdict(&self, pin: &Pin) -> Option<Verdict> {
        let verdict = judge(self.image(), Evidence::Place, pin)?;
        let parsed = Image::parse(self.image());
        if verdict == Verdict::NoVersion && parsed.tag.is_none() {
            return Some(Verdict::Wrong {
                image: crate::image::pinned(&parsed, pin),
                running: None,
            });
        }
        Some(verdict)
    }
}
