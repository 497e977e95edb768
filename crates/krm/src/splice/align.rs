//! Which items of a list became which.

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What becomes of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Alignment {
    /// For each old item the new one it stays or becomes; none if it goes.
    pub(super) fate: Vec<Option<usize>>,
    /// New items, each with the old item it stands before.
    pub(super) inserted: Vec<(usize, usize)>,
}

/// Aligns two lists: equal items first, then, between those, items of one name, then items by position.
pub(super) fn align(old: &[Value], new: &[Value]) -> Alignment {
    let mut alignment = Alignment {
        fate: vec![None; old.len()],
        inserted: Vec::new(),
    };
    // Numbers have no order or hash of their own; their text does.
    let text = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>();
    for op in capture_diff_slices(Algorithm::Myers, &text(old), &text(new)) {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => {
                for offset in 0..len {
                    alignment.fate[old_index + offset] = Some(new_index + offset);
                }
            }
            DiffOp::Delete { .. } => {}
            DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            } => {
                alignment
                    .inserted
                    .extend((new_index..new_index + new_len).map(|index| (old_index, index)));
            }
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                alignment.pair(
                    old,
                    new,
                    old_index..old_index + old_len,
                    new_index..new_index + new_len,
                );
            }
        }
    }
    alignment
}

impl Alignment {
    /// Pairs a run of old items with the run of new ones in its place, keeping the order of both.
    fn pair(
        &mut self,
        old: &[Value],
        new: &[Value],
        olds: std::ops::Range<usize>,
        news: std::ops::Range<usize>,
    ) {
        let mut next_old = olds.start;
        let mut pending: Vec<usize> = Vec::new();
        for index in news {
            let named = name(&new[index]).and_then(|name_| {
                (next_old..olds.end).find(|old_| name(&old[*old_]) == Some(name_))
            });
            if let Some(partner) = named {
                self.fill(old, new, next_old..partner, &pending);
                pending.clear();
                self.fate[partner] = Some(index);
                next_old = partner + 1;
            } else {
                pending.push(index);
            }
        }
        self.fill(old, new, next_old..olds.end, &pending);
    }

    /// Pairs by position what is of one type and not of two names; the rest goes and comes.
    fn fill(&mut self, old: &[Value], new: &[Value], olds: std::ops::Range<usize>, news: &[usize]) {
        let mut olds_left = olds.clone();
        for index in news {
            match olds_left.next() {
                Some(candidate) if alike(&old[candidate], &new[*index]) => {
                    self.fate[candidate] = Some(*index)
                }
                Some(candidate) => self.inserted.push((candidate, *index)),
                None => self.inserted.push((olds.end, *index)),
            }
        }
    }
}

fn alike(old: &Value, new: &Value) -> bool {
    let names = match (name(old), name(new)) {
        (Some(old), Some(new)) => old == new,
        _ => true,
    };
    names && std::mem::discriminant(old) == std::mem::discriminant(new)
}

/// The merge key of most lists of Kubernetes: containers, volumes, env, ports.
fn name(value: &Value) -> Option<&str> {
    value.get("name").and_then(Value::as_str)
}
