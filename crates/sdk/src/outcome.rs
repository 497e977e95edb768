//! What a review says and proposes, collected.

use std::ops::Range;

use serde_json::Value;

use crate::description::Rule;
use crate::patch::Patch;
use crate::set::Resource;
use crate::wire::{Change, Edit, Fact, Finding, Note, Outcome as Answer, Place, Severity, Unit};

/// A finding that an edit can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingId(u32);

/// The answer about one unit, while it is written. Severities and default remedies come from the catalogue.
pub struct Outcome {
    unit: u32,
    rules: &'static [Rule],
    disabled: Vec<String>,
    answer: Answer,
}

impl Outcome {
    pub(crate) fn new(unit: &Unit, rules: &'static [Rule]) -> Outcome {
        Outcome {
            unit: unit.id,
            rules,
            disabled: unit.disabled.clone(),
            answer: Answer::default(),
        }
    }

    /// Whether a rule is off in this unit. Its findings and edits are dropped in any case; a rule whose
    /// sense depends on another's edit asks.
    pub fn is_off(&self, rule: &str) -> bool {
        self.disabled.iter().any(|id| id == rule)
    }

    /// A finding at an object (at its root until [`Draft::at`] says where). Without [`Draft::say`] and
    /// [`Draft::remedy`] it carries the rule's title and remedy.
    pub fn find(&mut self, rule: &'static str, resource: &Resource) -> Draft<'_> {
        self.push(rule, Some(resource.place("")))
    }

    /// A finding about the unit as a whole.
    pub fn find_unit(&mut self, rule: &'static str) -> Draft<'_> {
        self.push(rule, None)
    }

    /// Proposes to patch an object; an empty patch proposes nothing.
    pub fn edit(
        &mut self,
        rule: &'static str,
        finding: impl Into<Option<FindingId>>,
        resource: &Resource,
        patch: Patch,
    ) {
        if !patch.is_empty() {
            self.propose(
                rule,
                finding.into(),
                Change::Patch(resource.id(), patch.to_value().to_string()),
            );
        }
    }

    /// Proposes an object's new content.
    pub fn replace(
        &mut self,
        rule: &'static str,
        finding: impl Into<Option<FindingId>>,
        resource: &Resource,
        value: &Value,
    ) {
        self.propose(
            rule,
            finding.into(),
            Change::Replace(resource.id(), value.to_string()),
        );
    }

    /// Proposes a new object in this unit.
    pub fn create(
        &mut self,
        rule: &'static str,
        finding: impl Into<Option<FindingId>>,
        value: &Value,
    ) {
        self.propose(
            rule,
            finding.into(),
            Change::Create(self.unit, value.to_string()),
        );
    }

    /// Proposes that an object goes.
    pub fn delete(
        &mut self,
        rule: &'static str,
        finding: impl Into<Option<FindingId>>,
        resource: &Resource,
    ) {
        self.propose(rule, finding.into(), Change::Delete(resource.id()));
    }

    /// States a fact for the fleet's rules ([`crate::Fleet`]).
    pub fn fact(
        &mut self,
        key: impl Into<String>,
        value: impl Into<String>,
        at: impl Into<Option<Place>>,
    ) {
        self.answer.facts.push(Fact {
            unit: self.unit,
            key: key.into(),
            value: value.into(),
            at: at.into(),
        });
    }

    /// An author's print: the host shows it only when asked.
    pub fn log(&mut self, line: impl Into<String>) {
        self.answer.log.push(line.into());
    }

    fn push(&mut self, rule: &'static str, at: Option<Place>) -> Draft<'_> {
        Draft::push(self.rules, rule, self.unit, at, &mut self.answer.findings)
    }

    fn propose(&mut self, rule: &'static str, finding: Option<FindingId>, change: Change) {
        self.answer.edits.push(Edit {
            rule: rule.to_owned(),
            finding: finding.map(|FindingId(index)| index),
            change,
            extra: Vec::new(),
        });
    }

    /// The answer without what disabled rules said, its finding indexes moved up by `offset`.
    pub(crate) fn finish(self, offset: u32) -> Answer {
        let Outcome {
            disabled, answer, ..
        } = self;
        let off = |rule: &str| disabled.iter().any(|id| id == rule);
        let mut moved = Vec::with_capacity(answer.findings.len());
        let mut findings = Vec::with_capacity(answer.findings.len());
        for finding in answer.findings {
            if off(&finding.rule) {
                moved.push(None);
            } else {
                moved.push(Some(offset + findings.len() as u32));
                findings.push(finding);
            }
        }
        let edits = answer
            .edits
            .into_iter()
            .filter(|edit| !off(&edit.rule))
            .map(|edit| Edit {
                finding: edit
                    .finding
                    .and_then(|index| moved.get(index as usize).copied().flatten()),
                ..edit
            })
            .collect();
        Answer {
            findings,
            edits,
            ..answer
        }
    }
}

/// A finding being written. It stands in the outcome from the start: nothing has to be closed.
pub struct Draft<'a> {
    id: FindingId,
    finding: &'a mut Finding,
}

impl<'a> Draft<'a> {
    /// A new finding at the end of `findings`, with what the catalogue says about its rule.
    pub(crate) fn push(
        rules: &[Rule],
        rule: &str,
        unit: u32,
        at: Option<Place>,
        findings: &'a mut Vec<Finding>,
    ) -> Draft<'a> {
        let id = FindingId(findings.len() as u32);
        let known = rules.iter().find(|known| known.id == rule);
        let finding = Finding {
            rule: rule.to_owned(),
            // A rule outside the catalogue is refused by the host; until then it must not look harmless.
            severity: known.map_or(Severity::Error, |known| known.severity),
            unit,
            at,
            message: known.map_or("", |known| known.title.en).to_owned(),
            remedy: known.map(|known| known.remedy.to_owned()),
            current: None,
            proposed: None,
            related: Vec::new(),
            sensitive: false,
            extra: Vec::new(),
        };
        Draft {
            id,
            finding: {
                findings.push(finding);
                let last = findings.len() - 1;
                &mut findings[last]
            },
        }
    }
}

impl Draft<'_> {
    /// Where in the object: a JSON pointer, which may name a missing key.
    pub fn at(self, pointer: impl Into<String>) -> Self {
        if let Some(place) = &mut self.finding.at {
            place.pointer = pointer.into();
        }
        self
    }

    /// Which bytes of the decoded string at the pointer.
    pub fn range(self, range: Range<usize>) -> Self {
        if let Some(place) = &mut self.finding.at {
            place.range = Some((range.start as u32, range.end as u32));
        }
        self
    }

    /// What is wrong.
    pub fn say(self, message: impl Into<String>) -> Self {
        self.finding.message = message.into();
        self
    }

    /// What to do.
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        self.finding.remedy = Some(remedy.into());
        self
    }

    /// What stands there.
    pub fn current(self, value: impl Into<Value>) -> Self {
        self.finding.current = Some(value.into().to_string());
        self
    }

    /// What should stand there.
    pub fn proposed(self, value: impl Into<Value>) -> Self {
        self.finding.proposed = Some(value.into().to_string());
        self
    }

    /// A remark without a place.
    pub fn note(self, message: impl Into<String>) -> Self {
        self.finding.related.push(Note {
            at: None,
            message: message.into(),
        });
        self
    }

    /// A remark at another place.
    pub fn note_at(
        self,
        resource: &Resource,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        self.note_place(resource.place(pointer), message)
    }

    /// A remark at a place that is known already, such as that of a [`Fact`].
    pub fn note_place(self, at: impl Into<Option<Place>>, message: impl Into<String>) -> Self {
        self.finding.related.push(Note {
            at: at.into(),
            message: message.into(),
        });
        self
    }

    /// The text at the place is a secret: the host masks it wherever it prints.
    pub fn sensitive(self) -> Self {
        self.finding.sensitive = true;
        self
    }

    /// What an edit refers to.
    pub fn id(self) -> FindingId {
        self.id
    }
}
