//! `docs/performance.md`: what a run measured goes between two marks, and the rest of the page stays as it is.

use std::fs;
use std::io;

use ::tests::root;

use crate::table::cores;

const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- measured: `make bench` writes what follows -->\n";
const END: &str = "<!-- end of what was measured -->\n";

pub(crate) fn write(rounds: usize, limits: &str, sections: &[String]) -> io::Result<()> {
    let path = root().join(PAGE);
    let page =
        fs::read_to_string(&path).map_err(|error| io::Error::other(format!("{PAGE}: {error}")))?;
    let cores = match cores() {
        1 => "One core".to_owned(),
        cores => format!("{cores} cores"),
    };
    let measured = format!(
        "\n{cores}, {rounds} rounds; slow commands take part in fewer of them.\n{limits}{}\n",
        sections.concat()
    );
    let page = with(&page, &measured).ok_or_else(|| {
        io::Error::other(format!("{PAGE} has lost its marks: {BEGIN:?} and {END:?}"))
    })?;
    // Written beside its place and moved: a run that is cut short leaves the old page whole.
    let new = path.with_extension("md.new");
    fs::write(&new, page)?;
    fs::rename(new, path)
}

/// The page with `measured` between its marks; `None` where it lacks one.
fn with(page: &str, measured: &str) -> Option<String> {
    let begin = page.find(BEGIN)? + BEGIN.len();
    let end = begin + page[begin..].find(END)?;
    Some([&page[..begin], measured, &page[end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_outside_the_marks_stays() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        let new = format!("before\n{BEGIN}new\n{END}after\n");
        assert_eq!(with(&page, "new\n"), Some(new));
        assert_eq!(with("no marks", "new\n"), None);
    }
}
