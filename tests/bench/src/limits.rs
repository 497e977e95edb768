//! What the program promises to cost at most, beside what was measured.

use std::fmt;

use crate::statistics::{digits, mebibytes, ratio};
use crate::table::Table;
use crate::{folder, lists, overlay, peers};

/// All of them, each with its figure once its table was measured.
pub(crate) struct Limits(Vec<Limit>);

struct Limit {
    what: &'static str,
    /// The table that it is about.
    table: &'static str,
    lane: &'static str,
    bound: Bound,
    figure: Option<Figure>,
}

enum Bound {
    /// The lane's median takes at most so many times that of `of`; the goal is what is hoped for.
    AtMost {
        of: &'static str,
        times: f64,
        goal: Option<f64>,
    },
    /// The median of `of` takes at least so many times the lane's.
    FasterThan { of: &'static str, times: f64 },
    /// Peak memory: so many times the input, and so many bytes.
    Memory { inputs: u64, bytes: u64 },
}

struct Figure {
    text: String,
    met: bool,
    /// Where there is a goal.
    goal_met: Option<bool>,
}

const MIB: u64 = 1 << 20;

impl Default for Limits {
    fn default() -> Self {
        let limit = |what, table, lane, bound| Limit {
            what,
            table,
            lane,
            bound,
            figure: None,
        };
        let at_most = |of, times, goal| Bound::AtMost { of, times, goal };
        let memory = |inputs, mebibytes| Bound::Memory {
            inputs,
            bytes: mebibytes * MIB,
        };
        let faster = |of, times| Bound::FasterThan { of, times };
        Self(vec![
            limit(
                "the edge's list, beside `cat`",
                lists::EDGE,
                lists::WARM,
                at_most(lists::CAT, 3.0, Some(2.0)),
            ),
            limit(
                "the edge's list, memory",
                lists::EDGE,
                lists::WARM,
                memory(3, 16),
            ),
            limit(
                "the edge's list, beside the kyaml function",
                lists::EDGE,
                lists::WARM,
                faster(peers::KYAML, 30.0),
            ),
            limit(
                "one object, beside `cat`",
                lists::ONE,
                lists::WARM,
                at_most(lists::CAT, 2.5, None),
            ),
            limit(
                "1,000 clusters, first run, beside `cat`",
                folder::NAME,
                folder::FIRST,
                at_most(folder::CAT, 8.0, Some(4.0)),
            ),
            limit(
                "1,000 clusters, first run, memory",
                folder::NAME,
                folder::FIRST,
                memory(0, 256),
            ),
            limit(
                "1,000 clusters without the result cache, beside `cat`",
                folder::NAME,
                folder::UNCACHED,
                at_most(folder::CAT, 8.0, Some(4.0)),
            ),
            limit(
                "1,000 clusters without the result cache, memory",
                folder::NAME,
                folder::UNCACHED,
                memory(0, 256),
            ),
            limit(
                "1,000 clusters without the result cache, beside kubeconform",
                folder::NAME,
                folder::UNCACHED,
                faster(peers::KUBECONFORM, 8.0),
            ),
            limit(
                "1,000 clusters, nothing changed since, beside `cat`",
                folder::NAME,
                folder::UNCHANGED,
                at_most(folder::CAT, 3.0, None),
            ),
            limit(
                "the function in a build, beside `cat` as the function",
                overlay::NAME,
                overlay::WITH_KRMGUARD,
                at_most(overlay::WITH_CAT, 1.1, None),
            ),
            limit(
                "a build piped into krmguard, beside the bare build",
                overlay::NAME,
                overlay::PIPED,
                at_most(overlay::BARE, 1.05, None),
            ),
        ])
    }
}

impl Limits {
    /// Takes from a measured table what it says.
    pub(crate) fn read(&mut self, table: &Table) {
        for limit in &mut self.0 {
            if limit.table == table.name {
                limit.figure = limit.bound.figure(table, limit.lane);
            }
        }
    }

    /// Leaves out those whose tables were not chosen.
    pub(crate) fn only_measured(&mut self) {
        self.0.retain(|limit| limit.figure.is_some());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Bound {
    /// `None` where a lane is not in the table.
    fn figure(&self, table: &Table, lane: &str) -> Option<Figure> {
        let lane = table.lane(lane)?;
        match *self {
            Self::AtMost { of, times, goal } => {
                let measured = ratio(lane.median(), table.lane(of)?.median());
                Some(Figure {
                    text: format!("{} ×", digits(measured)),
                    met: measured <= times,
                    goal_met: goal.map(|goal| measured <= goal),
                })
            }
            Self::FasterThan { of, times } => {
                let measured = ratio(table.lane(of)?.median(), lane.median());
                Some(Figure {
                    text: format!("{} × faster", digits(measured)),
                    met: measured >= times,
                    goal_met: None,
                })
            }
            Self::Memory { inputs, bytes } => Some(Figure {
                text: mebibytes(lane.peak()),
                met: lane.peak() <= inputs * table.size + bytes,
                goal_met: None,
            }),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost { times, goal, .. } => {
                write!(out, "at most {times} ×")?;
                goal.map_or(Ok(()), |goal| write!(out, " (goal {goal} ×)"))
            }
            Self::FasterThan { times, .. } => write!(out, "at least {times} × faster"),
            Self::Memory { inputs: 0, bytes } => write!(out, "at most {} MiB", bytes / MIB),
            Self::Memory { inputs, bytes } => {
                write!(out, "at most {inputs} × the input + {} MiB", bytes / MIB)
            }
        }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\n### Limits\n")?;
        writeln!(out, "| | limit | measured | |")?;
        writeln!(out, "| --- | --- | --: | --- |")?;
        for limit in &self.0 {
            let (text, verdict) = match &limit.figure {
                None => ("", "not measured"),
                Some(figure) => {
                    let verdict = match (figure.met, figure.goal_met) {
                        (false, _) => "**missed**",
                        (true, Some(true)) => "met, the goal too",
                        (true, Some(false)) => "met, the goal missed",
                        (true, None) => "met",
                    };
                    (figure.text.as_str(), verdict)
                }
            };
            writeln!(
                out,
                "| {} | {} | {text} | {verdict} |",
                limit.what, limit.bound
            )?;
        }
        Ok(())
    }
}
