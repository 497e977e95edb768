//! Finds what a name means in a namespace, without looking at all that there is.

use std::collections::BTreeMap;

use crate::hash::stem;

/// Where something of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope<'a> {
    /// In any namespace, or in one that nobody names here.
    Anywhere,
    In(&'a str),
    /// In none, so that only those mean it that may be anywhere themselves.
    Nowhere,
}

type Places<'a> = BTreeMap<(&'a str, Scope<'a>), Vec<usize>>;

/// Things by their names and namespaces, as positions in a list. A name means all that kustomize may call so: with a
/// hash behind it or without.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    whole: Places<'a>,
    /// Those with a hash, by what stands before it.
    stems: Places<'a>,
}

impl<'a> Names<'a> {
    /// Adds one thing. `namespaces`: those that it is in; `None` for any, or for one that nobody names here.
    pub(crate) fn add(&mut self, name: &'a str, namespaces: Option<&[&'a str]>, at: usize) {
        let scopes = match namespaces {
            None => vec![Scope::Anywhere],
            Some([]) => vec![Scope::Nowhere],
            Some(several) => several
                .iter()
                .map(|namespace| Scope::In(namespace))
                .collect(),
        };
        for scope in scopes {
            self.whole.entry((name, scope)).or_default().push(at);
            if let Some(stem) = stem(name) {
                self.stems.entry((stem, scope)).or_default().push(at);
            }
        }
    }

    /// What the name may mean to somebody in that namespace, in order; who names none may be in any.
    pub(crate) fn find(&self, name: &str, namespace: Option<&str>) -> Vec<usize> {
        let mut found = within(&self.whole, name, namespace);
        found.extend(within(&self.stems, name, namespace));
        if let Some(stem) = stem(name) {
            found.extend(within(&self.whole, stem, namespace));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn within<'n>(places: &Places<'n>, name: &'n str, namespace: Option<&'n str>) -> Vec<usize> {
    let of = |scope: Scope<'n>| places.get(&(name, scope)).into_iter().flatten().copied();
    match namespace {
        Some(namespace) => of(Scope::Anywhere)
            .chain(of(Scope::In(namespace)))
            .collect(),
        None => places
            .range((name, Scope::Anywhere)..=(name, Scope::Nowhere))
            .flat_map(|(_, found)| found)
            .copied()
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_is_the_same_with_a_hash_and_without() {
        let mut names = Names::default();
        for (at, name) in ["objstore", "objstore-2c9h4mf7tk", "objstore-old", "obj"]
            .into_iter()
            .enumerate()
        {
            names.add(name, None, at);
        }
        for (name, found) in [
            ("objstore", vec![0, 1]),
            ("objstore-2c9h4mf7tk", vec![0, 1]),
            // Two hashes of one name are two things.
            ("objstore-5c9h4mf7tk", vec![0]),
            ("objstore-old", vec![2]),
            ("objstore2c9h4mf7tk", vec![]),
        ] {
            assert_eq!(names.find(name, Some("a")), found, "{name}");
        }
    }

    #[test]
    fn namespaces_part_names_where_both_are_known() {
        let mut names = Names::default();
        names.add("s", Some(&["a", "b"]), 0);
        names.add("s", Some(&["b"]), 1);
        names.add("s", None, 2);
        names.add("s", Some(&[]), 3);
        assert_eq!(names.find("s", Some("a")), [0, 2]);
        assert_eq!(names.find("s", Some("b")), [0, 1, 2]);
        assert_eq!(names.find("s", Some("c")), [2]);
        assert_eq!(names.find("s", None), [0, 1, 2, 3]);
    }
}
