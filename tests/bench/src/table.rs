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

    /// Every lane once to fill caches (the page cache, and krmguard's own) and to learn how often it can run, then all
    /// in turns.
    pub(crate) fn measure(&mut self, place: &Place, rounds: usize) -> io::Result<()> {
        let mut shares = Vec::with_capacity(self.lanes.len());
        for lane in &mut self.lanes {
            let first = lane.run(place)?;
            if first.time > self.budget {
                // It takes so long that what the first run of a program costs more does not show.
                lane.runs.push(first);
                shares.push(0);
            } else {
                let affordable = ratio(self.budget, first.time);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a positive number that is cut to the rounds"
                )]
                let share = (affordable as usize).max(FEWEST).min(rounds);
                shares.push(share);
            }
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
