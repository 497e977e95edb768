//! The nearest known name to one that is not known.

/// The known name that a person most likely meant, if any is near enough; of equally near ones the first.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = wrong.to_lowercase();
    let letters = Letters::of(&folded);
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let mut most = name.len().max(wrong.len()).div_ceil(3);
        if let Some((distance, _)) = best {
            let Some(nearer) = distance.checked_sub(1) else {
                break;
            };
            most = most.min(nearer);
        }
        let other = name.to_lowercase();
        // Comparing letter by letter takes the product of both lengths; counting them mostly says enough.
        if letters.apart(&Letters::of(&other)) > most {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &other);
        if distance <= most {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How often each letter occurs in a text, several letters under one number.
struct Letters([i32; 32]);

impl Letters {
    fn of(text: &str) -> Letters {
        let mut counts = [0; 32];
        for letter in text.chars() {
            counts[letter as usize % 32] += 1;
        }
        Letters(counts)
    }

    /// A number of edits without which one text does not become the other: no edit makes up for more than one letter too
    /// many and one too few.
    fn apart(&self, other: &Letters) -> usize {
        let differences = self.0.iter().zip(other.0).map(|(one, other)| one - other);
        let (mut over, mut under) = (0, 0);
        for difference in differences {
            match difference {
                0.. => over += difference,
                _ => under -= difference,
            }
        }
        usize::try_from(over.max(under)).unwrap_or_default()
    }
}

/// `: did you mean `x`?`, or nothing.
pub(crate) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known)
        .map(|name| format!(": did you mean `{name}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_letters_skips_no_name_that_is_near() {
        let words = [
            "objstore",
            "OBJSTROE",
            "store-obj",
            "x",
            "",
            "straße",
            "STRASSE",
            "thanos-objstore-config",
        ];
        for one in words {
            for other in words {
                let (one, other) = (one.to_lowercase(), other.to_lowercase());
                let apart = Letters::of(&one).apart(&Letters::of(&other));
                assert!(
                    apart <= strsim::damerau_levenshtein(&one, &other),
                    "{one} {other}"
                );
            }
        }
    }

    #[test]
    fn the_nearest_is_found_and_of_equals_the_first() {
        let known = ["label-store", "labels", "label", "lapel"];
        assert_eq!(nearest("lable", known), Some("label"));
        assert_eq!(nearest("labe", known), Some("label"));
        assert_eq!(nearest("LABELS", known), Some("labels"));
        assert_eq!(nearest("la-el", known), Some("label"));
        assert_eq!(nearest("endpoint", known), None);
    }
}
