//! AG12: remote write 2.0 towards a receiver that speaks 1.0.

use krmguard_sdk::{Outcome, ResourceSet};
use serde_json::Value;

use crate::facts::{GROUP, RECEIVE_PATH};
use crate::settings::Config;

pub(crate) fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    let senders = ["Prometheus", "PrometheusAgent"]
        .into_iter()
        .flat_map(|kind| set.of_kind(GROUP, kind));
    for sender in senders.filter(|sender| !config.excludes(sender)) {
        for (index, target) in sender.items_at("/spec/remoteWrite").iter().enumerate() {
            let text = |key: &str| target.get(key).and_then(Value::as_str);
            let (Some(url), Some("V2.0")) = (text("url"), text("messageVersion")) else {
                continue;
            };
            if !is_thanos(url, &config.receiver_hosts) {
                continue;
            }
            out.find("AG12", sender)
                .at(format!("/spec/remoteWrite/{index}/messageVersion"))
                .say(format!(
                    "{sender} sends remote write 2.0 to a Thanos receiver: v0.38.0 speaks 1.0 only, answers 200 and stores \
                     nothing"
                ))
                .current("V2.0")
                .proposed("V1.0")
                .note_at(sender, format!("/spec/remoteWrite/{index}/url"), "the receiver");
        }
    }
}

/// Whether the URL leads to Thanos Receive: by its path, also behind a gateway's prefix, or by a host that
/// the config names, with the port or without.
fn is_thanos(url: &str, hosts: &[String]) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let bare = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    path.trim_end_matches('/').ends_with(RECEIVE_PATH)
        || hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(authority) || host.eq_ignore_ascii_case(bare))
}

#[cfg(test)]
mod tests {
    use super::is_thanos;

    #[test]
    fn a_receiver_is_known_by_its_path_or_its_configured_host() {
        let hosts = [
            "Receive.example".to_owned(),
            "other.example:19291".to_owned(),
        ];
        for url in [
            "http://thanos-receiver.monitoring.svc:19291/api/v1/receive",
            "https://gateway.example/thanos/api/v1/receive/?tenant=a",
            "https://receive.example/push",
            "https://user:pw@receive.example:443/push",
            "http://other.example:19291/",
            "${RECEIVER}/api/v1/receive",
        ] {
            assert!(is_thanos(url, &hosts), "{url}");
        }
        for url in [
            "http://mimir.example/api/v1/push",
            "http://prometheus:9090/api/v1/write",
            "http://x.example/?next=/api/v1/receive",
            "http://x.example/api/v1/receiver",
            "http://other.example:9090/",
            "",
        ] {
            assert!(!is_thanos(url, &hosts), "{url}");
        }
    }
}
