//! S310: components that share a bucket, and do not look at the same part of it.

use std::collections::{BTreeMap, BTreeSet};

use krmguard_sdk::Outcome;

use crate::config::Config;
use crate::consumer::{Consumer, Job, ingests};
use crate::document::Document;

/// What part of which bucket.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part<'a> {
    bucket: &'a str,
    endpoint: String,
    prefix: &'a str,
}

impl<'a> Part<'a> {
    /// `None` where the document is not S3's, or not yet known in full.
    fn of(document: &'a Document<'_>, config: &Config) -> Option<Part<'a>> {
        let endpoint = document.settled("/config/endpoint", config)?;
        let prefix = match document.value("/prefix") {
            None | Some(serde_json::Value::Null) => "",
            Some(_) => document.settled("/prefix", config)?,
        };
        document.is_s3().then_some(Part {
            bucket: document
                .settled("/config/bucket", config)
                .filter(|bucket| !bucket.is_empty())?,
            endpoint: endpoint
                .strip_suffix('/')
                .unwrap_or(endpoint)
                .to_ascii_lowercase(),
            prefix: prefix.trim_matches('/'),
        })
    }
}

/// A component and the part that it uses.
struct Seat<'r, 'a> {
    consumer: &'r Consumer<'a>,
    document: &'r Document<'a>,
    part: Part<'r>,
}

/// Judges compactors and ingesting receivers against the stores of the unit. Where a store's part is not known,
/// nothing is said.
pub(crate) fn review(
    documents: &[Document<'_>],
    consumers: &[Consumer<'_>],
    config: &Config,
    out: &mut Outcome,
) {
    let read = read_by(documents, consumers.len());
    let seats = |job: Job| {
        let of_job = consumers
            .iter()
            .enumerate()
            .filter(move |(_, consumer)| consumer.job == job);
        of_job
            .map(|(index, consumer)| seat(consumer, read.get(index)?, config))
            .collect::<Vec<Option<Seat<'_, '_>>>>()
    };
    let Some(stores) = seats(Job::Store).into_iter().collect::<Option<Vec<_>>>() else {
        return;
    };
    if stores.is_empty() {
        return;
    }
    let parts: BTreeSet<&Part<'_>> = stores.iter().map(|store| &store.part).collect();
    let mut of_bucket: BTreeMap<&str, &Seat<'_, '_>> = BTreeMap::new();
    for store in &stores {
        of_bucket.entry(store.part.bucket).or_insert(store);
    }
    for seat in seats(Job::Compact).into_iter().flatten() {
        if let Some(store) = of_bucket
            .get(seat.part.bucket)
            .filter(|_| !parts.contains(&seat.part))
        {
            let what = if store.part.endpoint != seat.part.endpoint {
                "endpoint"
            } else {
                "prefix"
            };
            let message = format!(
                "{} compacts the bucket that {} reads, but with another `{what}`",
                seat.consumer.resource, store.consumer.resource
            );
            say(&seat, store, what, message, out);
        }
    }
    for seat in seats(Job::Receive).into_iter().flatten() {
        let keeps = seat
            .consumer
            .runs
            .as_ref()
            .is_some_and(|runs| ingests(&runs.line));
        if let Some(store) = stores
            .first()
            .filter(|_| keeps && !parts.contains(&seat.part))
        {
            let what = if store.part.bucket != seat.part.bucket {
                "bucket"
            } else if store.part.endpoint != seat.part.endpoint {
                "endpoint"
            } else {
                "prefix"
            };
            let message = format!(
                "{} writes where no store reads: the `{what}` differs from that of {}",
                seat.consumer.resource, store.consumer.resource
            );
            say(&seat, store, what, message, out);
        }
    }
}

/// The documents that each consumer reads.
fn read_by<'r, 'a>(documents: &'r [Document<'a>], consumers: usize) -> Vec<Vec<&'r Document<'a>>> {
    let mut read = vec![Vec::new(); consumers];
    for document in documents {
        let users: BTreeSet<usize> = document.users.iter().copied().collect();
        for user in users {
            read[user].push(document);
        }
    }
    read
}

/// `None` where the consumer reads none, or more than one.
fn seat<'r, 'a>(
    consumer: &'r Consumer<'a>,
    read: &[&'r Document<'a>],
    config: &Config,
) -> Option<Seat<'r, 'a>> {
    let &[document] = read else { return None };
    (consumer.uses.len() == 1).then_some(())?;
    Some(Seat {
        consumer,
        document,
        part: Part::of(document, config)?,
    })
}

fn say(seat: &Seat<'_, '_>, store: &Seat<'_, '_>, what: &str, message: String, out: &mut Outcome) {
    let pointer = if what == "prefix" {
        "/prefix".to_owned()
    } else {
        format!("/config/{what}")
    };
    let draft = out
        .find("S310", seat.document.resource)
        .say(message)
        .note_at(
            store.document.resource,
            &*store.document.at,
            format!("{} reads this one", store.consumer.resource),
        );
    seat.document.at_key(draft, &pointer);
}
