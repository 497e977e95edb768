//! What a mistyped word was meant to be.

/// The candidate that differs least from `word`, where it differs by no more than a third of its letters, or else the
/// one that `word` is the beginning of. Case, `-` and `_` do not count.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| !matches!(c, '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect()
    };
    let typed = plain(word);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let alike = candidates
        .iter()
        .map(|candidate| {
            let meant = plain(candidate);
            let room = (meant.chars().count().max(typed.chars().count()) / 3).max(1);
            (
                strsim::damerau_levenshtein(&typed, &meant),
                room,
                *candidate,
            )
        })
        .filter(|(distance, room, _)| distance <= room)
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, candidate)| candidate);
    // Two letters begin too much.
    let begun = || {
        let long = typed.chars().count() > 2;
        let mut begun =
            (candidates.iter()).filter(|candidate| long && plain(candidate).starts_with(&typed));
        begun.next().copied().filter(|_| begun.next().is_none())
    };
    alike.or_else(begun)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let names = ["agent-mode", "cluster-labels", "thanos-version"];
        assert_eq!(nearest("agentmode", names), Some("agent-mode"));
        assert_eq!(nearest("AgentMode", names), Some("agent-mode"));
        assert_eq!(nearest("thanos-verison", names), Some("thanos-version"));
        assert_eq!(nearest("cluster-label", names), Some("cluster-labels"));
        assert_eq!(nearest("kyverno", names), None);
        assert_eq!(nearest("egde", ["central", "edge"]), Some("edge"));
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn a_beginning_is_recognised_where_it_begins_one_word() {
        let words = ["ignore", "info", "warning", "error"];
        assert_eq!(nearest("warn", words), Some("warning"));
        assert_eq!(nearest("err", words), Some("error"));
        assert_eq!(nearest("wa", words), None);
        assert_eq!(nearest("thanos", ["thanos-version", "thanos-ruler"]), None);
    }
}
