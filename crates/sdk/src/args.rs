//! A container's command and arguments as tokens.

use serde_json::Value;

use crate::pointer::join;

/// One element of `command` or `args`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It stands in `command`.
    Command,
    /// It stands in `args`.
    Args,
}

/// One token of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The text as written; `$(VAR)` is not expanded.
    pub text: String,
    /// JSON pointer within the object.
    pub pointer: String,
    /// Which sequence it stands in.
    pub source: Source,
    /// Its index in that sequence.
    pub index: usize,
}

/// A flag on a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag<'a> {
    /// Its name without dashes: of `--storage.tsdb.path=/x` it is `storage.tsdb.path`, of `--no-x` it is `no-x`.
    pub name: &'a str,
    /// The token that carries the name.
    pub token: &'a Token,
    /// What follows `=` in the same token.
    pub joined: Option<&'a str>,
    /// The next token where it is no flag itself and nothing was joined: the value of a flag that takes
    /// one. After a flag that takes none (a boolean) it is a word of its own.
    pub next: Option<&'a Token>,
}

impl<'a> Flag<'a> {
    /// The value of a flag that takes one, in either spelling.
    pub fn value(&self) -> Option<&'a str> {
        self.joined
            .or_else(|| self.next.map(|token| token.text.as_str()))
    }

    /// Where the value stands: the flag's own token, or the one after it.
    pub fn value_pointer(&self) -> &'a str {
        match (self.joined, self.next) {
            (None, Some(token)) => &token.pointer,
            _ => &self.token.pointer,
        }
    }

    /// Bytes of the joined value within its token, for [`crate::Draft::range`].
    pub fn value_range(&self) -> Option<std::ops::Range<usize>> {
        let joined = self.joined?;
        let end = self.token.text.len();
        Some(end - joined.len()..end)
    }

    /// Whether it is this flag, or its `--no-` form.
    pub fn is(&self, name: &str) -> bool {
        self.name == name || self.name.strip_prefix("no-") == Some(name)
    }
}

/// What a container runs: `command`, then `args`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// The first element of `command`; without one the image decides what runs.
    pub program: Option<Token>,
    /// Everything after the program, in order. Empty where a shell takes a script.
    pub tokens: Vec<Token>,
    /// A shell with `-c`: the flags stand inside a script that nobody here reads.
    pub shell: bool,
}

impl CommandLine {
    /// Reads `command` and `args` of the container at `pointer`. Elements that are no strings are passed over.
    pub(crate) fn read(container: &Value, pointer: &str) -> CommandLine {
        let mut tokens = Vec::new();
        for (key, source) in [("command", Source::Command), ("args", Source::Args)] {
            let base = join(pointer, key);
            let items = container
                .get(key)
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            tokens.extend(items.iter().enumerate().filter_map(|(index, item)| {
                Some(Token {
                    text: item.as_str()?.to_owned(),
                    pointer: join(&base, index),
                    source,
                    index,
                })
            }));
        }
        let shell = tokens
            .windows(2)
            .take(3)
            .any(|pair| is_shell(&pair[0].text) && is_script_flag(&pair[1].text));
        let program = match tokens.first() {
            Some(first) if first.source == Source::Command => Some(tokens.remove(0)),
            _ => None,
        };
        if shell {
            tokens.clear();
        }
        CommandLine {
            program,
            tokens,
            shell,
        }
    }

    /// The flags in order, up to a lone `--`.
    pub fn flags(&self) -> impl Iterator<Item = Flag<'_>> {
        self.tokens
            .iter()
            .enumerate()
            .take_while(|(_, token)| token.text != "--")
            .filter_map(|(index, token)| {
                let body = token
                    .text
                    .strip_prefix("--")
                    .or_else(|| token.text.strip_prefix('-'))?;
                let (name, joined) = match body.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (body, None),
                };
                let next = self
                    .tokens
                    .get(index + 1)
                    .filter(|next| joined.is_none() && !next.text.starts_with('-'));
                (!name.is_empty()).then_some(Flag {
                    name,
                    token,
                    joined,
                    next,
                })
            })
    }

    /// The flags of one name, without their `--no-` form.
    pub fn all(&self, name: &str) -> impl Iterator<Item = Flag<'_>> {
        self.flags().filter(move |flag| flag.name == name)
    }

    /// The first flag of that name.
    pub fn flag(&self, name: &str) -> Option<Flag<'_>> {
        self.all(name).next()
    }

    /// The tokens that are neither flags nor the values of flags which `takes_value` names: subcommands.
    pub fn words(&self, takes_value: impl Fn(&str) -> bool) -> Vec<&Token> {
        let mut words = Vec::new();
        let mut value_due = false;
        for token in &self.tokens {
            if let Some(body) = token.text.strip_prefix('-').filter(|body| !body.is_empty()) {
                let name = body.strip_prefix('-').unwrap_or(body);
                value_due = !name.contains('=') && takes_value(name);
            } else if !std::mem::take(&mut value_due) {
                words.push(token);
            }
        }
        words
    }
}

fn is_shell(text: &str) -> bool {
    matches!(
        text.rsplit('/').next(),
        Some("sh" | "bash" | "ash" | "dash" | "zsh" | "ksh")
    )
}

/// `-c`, alone or among other letters (`-ec`).
fn is_script_flag(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|letters| {
        letters.contains('c') && letters.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn line(container: Value) -> CommandLine {
        CommandLine::read(&container, "/spec/containers/0")
    }

    #[test]
    fn both_spellings_of_a_value_are_read_with_their_places() {
        let line = line(json!({"args": ["--a=1", "--b", "2", "--c", "--d=", "--no-e", "-f=x=y"]}));
        let a = line.flag("a").unwrap();
        assert_eq!(
            (a.value(), a.value_pointer()),
            (Some("1"), "/spec/containers/0/args/0")
        );
        assert_eq!(&a.token.text[a.value_range().unwrap()], "1");
        let b = line.flag("b").unwrap();
        assert_eq!(
            (b.value(), b.value_pointer()),
            (Some("2"), "/spec/containers/0/args/2")
        );
        assert_eq!(b.value_range(), None);
        let c = line.flag("c").unwrap();
        assert_eq!(
            (c.value(), c.value_pointer()),
            (None, "/spec/containers/0/args/3")
        );
        assert_eq!(line.flag("d").unwrap().value(), Some(""));
        assert!(line.flag("e").is_none() && line.flags().any(|flag| flag.is("e")));
        assert_eq!(line.flag("f").unwrap().value(), Some("x=y"));
    }

    #[test]
    fn the_program_is_the_first_element_of_command_only() {
        let both = line(json!({"command": ["/bin/thanos", "receive"], "args": ["--x"]}));
        assert_eq!(both.program.unwrap().text, "/bin/thanos");
        let texts: Vec<_> = both
            .tokens
            .iter()
            .map(|token| (token.text.as_str(), token.source, token.index))
            .collect();
        assert_eq!(
            texts,
            [("receive", Source::Command, 1), ("--x", Source::Args, 0)]
        );

        let args = line(json!({"args": ["receive", 5, "--x"]}));
        assert_eq!(args.program, None);
        assert_eq!(
            args.tokens[1].pointer, "/spec/containers/0/args/2",
            "what is no string is passed over"
        );
    }

    #[test]
    fn a_script_in_a_shell_is_left_alone() {
        for container in [
            json!({"command": ["sh", "-c", "thanos receive --x"]}),
            json!({"command": ["/bin/bash", "-ec"], "args": ["exec thanos --x"]}),
            json!({"command": ["/usr/bin/env", "sh", "-c", "thanos --x"]}),
            json!({"args": ["sh", "-c", "thanos --x"]}),
        ] {
            let line = line(container.clone());
            assert!(line.shell && line.flags().count() == 0, "{container}");
        }
        for container in [
            json!({"command": ["sh", "/start.sh", "--x"]}),
            json!({"args": ["--c", "-c", "--x"]}),
        ] {
            let line = line(container.clone());
            assert!(!line.shell && line.flag("x").is_some(), "{container}");
        }
    }

    #[test]
    fn flags_end_at_two_dashes_and_words_are_no_values() {
        let line =
            line(json!({"args": ["--log.level", "debug", "--verbose", "receive", "--", "--x"]}));
        assert!(line.flag("x").is_none());
        let words: Vec<_> = line
            .words(|flag| flag != "verbose")
            .into_iter()
            .map(|token| token.text.as_str())
            .collect();
        assert_eq!(words, ["receive"]);
    }
}
