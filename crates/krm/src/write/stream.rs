//! Documents that go and documents that come.

use krmguard_yaml::emit;
use serde_json::Value;

use crate::parts::{Content, Doc};
use crate::splice::Edit;
use crate::tree::Tree;
use crate::{Change, Changes, Input, Syntax, WriteError};

impl Input {
    /// Removes documents with their `---`.
    pub(super) fn remove_documents(&self, changes: &Changes, edits: &mut Vec<Edit>) {
        let goes = |doc: &Doc| match doc.content {
            Content::Object(object) => changes.objects.get(&object) == Some(&Change::Delete),
            _ => false,
        };
        for doc in self.docs.iter().filter(|doc| goes(doc)) {
            edits.push(Edit {
                at: doc.extent.clone(),
                text: String::new(),
            });
        }
        // A stream that did not start with `---` still does not.
        let bare = self
            .docs
            .first()
            .is_some_and(|first| goes(first) && first.marker.is_none());
        let Some(first) = self.docs.iter().find(|doc| !goes(doc)).filter(|_| bare) else {
            return;
        };
        if first.json {
            edits.push(Edit {
                at: first.extent.start..first.body,
                text: String::new(),
            });
            return;
        }
        if let Some(marker) = &first.marker {
            let directives = self.text[first.extent.start..marker.start]
                .lines()
                .any(|line| line.starts_with('%'));
            if self.text[marker.clone()].trim() == "---" && !directives {
                edits.push(Edit {
                    at: marker.clone(),
                    text: String::new(),
                });
            }
        }
    }

    /// Appends new documents behind the last one.
    pub(super) fn append_documents(
        &self,
        changes: &Changes,
        edits: &mut Vec<Edit>,
    ) -> Result<(), WriteError> {
        let manner = self.manner();
        let newline = manner.layout.newline;
        let end = self.text.len();
        let mut ended = self.text.is_empty() || self.text.ends_with('\n');
        let all = |doc: &Doc| match doc.content {
            Content::Object(object) => changes.objects.get(&object) == Some(&Change::Delete),
            _ => false,
        };
        let mut first = self.docs.iter().all(all);
        ended |= first;
        for value in &changes.created {
            let json = self.syntax == Syntax::Json;
            let body = match &manner.json {
                Some(spread) => spread.write(value, "", newline, false),
                None => emit::node(value, 0, &manner.layout),
            };
            let read = match json {
                true => super::json(&body),
                false => Tree::yaml(&format!("{body}{newline}"), 0).map_err(|why| why.to_string()),
            };
            self.prove_created(read, value)?;
            let lead = if ended { "" } else { newline };
            let mark = if json || first {
                String::new()
            } else {
                format!("---{newline}")
            };
            edits.push(Edit {
                at: end..end,
                text: format!("{lead}{mark}{body}{newline}"),
            });
            ended = true;
            first = false;
        }
        Ok(())
    }

    pub(super) fn prove_created(
        &self,
        read: Result<Tree, String>,
        value: &Value,
    ) -> Result<(), WriteError> {
        if !value.is_object() {
            let why = "an object that is to be created is no mapping".to_owned();
            return Err(WriteError::Impossible {
                file: self.name.clone(),
                why,
            });
        }
        self.prove(read, value, None, self.text.len())
    }
}
