//! Commands over one input that take turns, and their figures as a Markdown table.

use std::fmt;
use std::time::Duration;
use std::{io, thread};

use crate::lane::Lane;
use crate::place::Place;
use crate::statistics::{digits, mean, mebibytes, percentile, ratio, time};

/// What a table compares with its first lane.
pub(crate) struct Table {
    /// What `Limits` knows it by.
    pub(crate) name: &'static str,
    pub(crate) title: String,
    /// Bytes that the commands read; what memory is compared with.
    pub(crate) size: u64,
    /// How long one lane may take in all its rounds together: a slow command gets fewer of them.
    pub(crate) budget: Duration,
    /// What the first lane is called in the head of the column of ratios.
    pub(crate) base: &'static str,
    /// The first is what the others are compared with.
    pub(crate) lanes: Vec<Lane>,
    /// What a reader must know about single lanes.
    pub(crate) notes: Vec<String>,
}

/// A median of fewer says nothing.
const FEWEST: usize = 3;

impl Table {
    pub(crate) fn lane(&self, label: &str) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.label == label)
    }

    /// Every lane by itself, to fill caches (the page cache, and krmguard's own) and to learn how often it can run; then all
    /// in turns.
    pub(crate) fn measure(&mut self, place: &Place, rounds: usize) -> io::Result<()> {
        let mut shares = Vec::with_capacity(self.lanes.len());
        for lane in &mut self.lanes {
            if lane.fills_caches {
                lane.run(place)?;
            }
            let trial = lane.run(place)?;
            let share = share(trial.time, self.budget, rounds);
            if share == 0 {
                lane.runs.push(trial);
            }
            shares.push(share);
        }
        for round in 0..rounds {
            for (lane, share) in self.lanes.iter_mut().zip(&shares) {
                if takes_part(round, *share, rounds) {
                    let cost = lane.run(place)?;
                    lane.runs.push(cost);
                }
            }
        }
        Ok(())
    }
}

/// How many of the rounds a lane of this time takes part in; none where a single run is over its budget.
fn share(time: Duration, budget: Duration, rounds: usize) -> usize {
    if time > budget {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number that is cut to the rounds"
    )]
    let affordable = ratio(budget, time) as usize;
    affordable.max(FEWEST).min(rounds)
}

/// Spreads `share` turns evenly over all rounds, so that what the machine does falls on slow lanes too.
fn takes_part(round: usize, share: usize, rounds: usize) -> bool {
    (round + 1) * share / rounds > round * share / rounds
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.lanes.first().map(Lane::median).unwrap_or_default();
        writeln!(out, "\n### {}\n", self.title)?;
        writeln!(
            out,
            "| | runs | median | × {} | p95 | mean CPU, user | mean CPU, kernel | peak memory |",
            self.base
        )?;
        writeln!(out, "| --- | --: | --: | --: | --: | --: | --: | --: |")?;
        for lane in &self.lanes {
            let times = lane.times(|cost| cost.time);
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                lane.label,
                times.len(),
                time(lane.median()),
                digits(ratio(lane.median(), base)),
                time(percentile(&times, 95)),
                time(mean(&lane.times(|cost| cost.user))),
                time(mean(&lane.times(|cost| cost.kernel))),
                mebibytes(lane.peak()),
            )?;
        }
        for note in &self.notes {
            writeln!(out, "\n{note}")?;
        }
        Ok(())
    }
}

/// The number of cores that a command can use.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_lane_runs_at_least_three_times_or_once() {
        let of = |seconds| share(Duration::from_secs(seconds), Duration::from_secs(10), 41);
        assert_eq!([1, 4, 9, 10, 11].map(of), [10, 3, 3, 3, 0]);
        let moment = Duration::from_millis(1);
        assert_eq!(share(moment, Duration::from_secs(10), 41), 41);
        assert_eq!(share(moment, Duration::from_secs(10), 2), 2);
    }

    #[test]
    fn a_slow_lane_takes_all_its_turns_spread_over_the_rounds() {
        let turns = |share: usize| -> Vec<usize> {
            (0..41)
                .filter(|round| takes_part(*round, share, 41))
                .collect()
        };
        assert_eq!(turns(41).len(), 41);
        assert_eq!(turns(3), [13, 27, 40]);
        assert!(turns(0).is_empty());
    }
}
