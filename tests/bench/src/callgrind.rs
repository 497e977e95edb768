//! Reads what valgrind's callgrind counted: instructions of each function, and of its calls.
//!
//! The format: <https://valgrind.org/docs/manual/cl-format.html>.

use std::collections::HashMap;

/// What one run executed.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) functions: Vec<Function>,
    pub(crate) calls: Vec<Call>,
}

/// A function, and the instructions of its own.
#[derive(Default)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The file that its code came from; empty where no file did, as with code made at run time.
    pub(crate) object: String,
    pub(crate) instructions: u64,
}

/// All calls of one function by another, by their indices, and the instructions until they returned.
pub(crate) struct Call {
    pub(crate) caller: usize,
    pub(crate) callee: usize,
    pub(crate) instructions: u64,
}

impl Counts {
    pub(crate) fn total(&self) -> u64 {
        self.functions
            .iter()
            .map(|function| function.instructions)
            .sum()
    }

    /// `None` where the text is not callgrind's, with one event and one position per line.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::default();
        let mut lines = text.lines();
        lines.by_ref().find(|line| *line == "events: Ir")?;
        while let Some(line) = lines.next() {
            if let Some(object) = line.strip_prefix("ob=") {
                reader.object = reader.objects.name(object)?;
            } else if let Some(function) = line.strip_prefix("fn=") {
                let object = reader.object.clone();
                reader.current = Some(reader.function(function, &object)?);
            } else if let Some(object) = line.strip_prefix("cob=") {
                reader.callee_object = Some(reader.objects.name(object)?);
            } else if let Some(function) = line.strip_prefix("cfn=") {
                let object = reader.callee_object.take();
                let object = object.unwrap_or_else(|| reader.object.clone());
                reader.callee = Some(reader.function(function, &object)?);
            } else if line.starts_with("calls=") {
                let instructions = cost(lines.next()?)?;
                reader.counts.calls.push(Call {
                    caller: reader.current?,
                    callee: reader.callee.take()?,
                    instructions,
                });
            } else if line.starts_with(['+', '-', '*'])
                || line.starts_with(|c: char| c.is_ascii_digit())
            {
                let current = reader.current?;
                reader.counts.functions[current].instructions += cost(line)?;
            }
        }
        Some(reader.counts)
    }
}

/// `POSITION COST`; a line without a cost counts nothing.
fn cost(line: &str) -> Option<u64> {
    let mut words = line.split_ascii_whitespace();
    words.next()?;
    words.next().map_or(Some(0), |cost| cost.parse().ok())
}

#[derive(Default)]
struct Reader {
    counts: Counts,
    objects: Names,
    names: Names,
    /// By object and name.
    indices: HashMap<(String, String), usize>,
    object: String,
    current: Option<usize>,
    callee: Option<usize>,
    callee_object: Option<String>,
}

impl Reader {
    fn function(&mut self, spelt: &str, object: &str) -> Option<usize> {
        let name = self.names.name(spelt)?;
        let next = self.counts.functions.len();
        let index = *self
            .indices
            .entry((object.to_owned(), name.clone()))
            .or_insert(next);
        if index == next {
            self.counts.functions.push(Function {
                name,
                object: object.to_owned(),
                instructions: 0,
            });
        }
        Some(index)
    }
}

/// `(7) name` gives a name its number, and `(7)` then stands for it.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn name(&mut self, spelt: &str) -> Option<String> {
        let Some((number, name)) = spelt
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'))
        else {
            return Some(spelt.to_owned());
        };
        match name.trim_start() {
            "" => self.0.get(number).cloned(),
            name => {
                let name = if name == "???" { "" } else { name };
                self.0.insert(number.to_owned(), name.to_owned());
                Some(name.to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# callgrind format
positions: line
events: Ir
summary: 130

ob=(1) /bin/a
fl=(1) a.rs
fn=(1) main
10 20
+2 10
cob=(2) ???
cfi=(2) ???
cfn=(2) 0x1234
calls=2 0
* 70
fi=(3) inlined.rs
-1 30

ob=(2)
fn=(2)
0 70
";

    #[test]
    fn own_instructions_and_those_of_calls_are_apart() {
        let Some(counts) = Counts::read(TEXT) else {
            panic!("not read")
        };
        assert_eq!(counts.total(), 130);
        let [main, code] = &counts.functions[..] else {
            panic!("{} functions", counts.functions.len())
        };
        assert_eq!(
            (&*main.name, &*main.object, main.instructions),
            ("main", "/bin/a", 60)
        );
        assert_eq!(
            (&*code.name, &*code.object, code.instructions),
            ("0x1234", "", 70)
        );
        let [call] = &counts.calls[..] else {
            panic!("{} calls", counts.calls.len())
        };
        assert_eq!((call.caller, call.callee, call.instructions), (0, 1, 70));
    }

    #[test]
    fn another_text_is_refused() {
        assert!(Counts::read("events: Ir Dr\nfn=(1) a\n1 2 3\n").is_none());
        assert!(Counts::read("").is_none());
    }
}
