//! Canaries: planted in Secrets, looked for in what is printed.

#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;

const OBJSTORE: &str = "type: S3\nconfig:\n  bucket: canary-bucket\n  endpoint: \"canary\\\"endpoint\"\n  # canary-comment\n  insecure: false\n  secret_key: canary/key+1\n";

fn encoded(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

fn learnt(secret: Value) -> Masker {
    let mut masker = Masker::new();
    masker.learn_secret(&secret);
    masker
}

#[track_caller]
fn assert_hidden(masker: &Masker, values: &[&str]) {
    for value in values {
        let prose = format!("before {value} after");
        let masked = masker.mask(&prose);
        assert_eq!(masked, "before *** after", "{value}");
    }
}

#[test]
fn decoded_values_lines_and_scalars_are_hidden() {
    for secret in [
        json!({"data": {"objstore.yml": encoded(OBJSTORE)}}),
        json!({"stringData": {"objstore.yml": OBJSTORE}}),
    ] {
        let masker = learnt(secret);
        assert_hidden(
            &masker,
            &[
                OBJSTORE.trim(),
                "canary-bucket",
                "canary\"endpoint",
                "canary\\\"endpoint",
                "canary/key+1",
                "secret_key: canary/key+1",
                "# canary-comment",
                &encoded(OBJSTORE),
            ],
        );
    }
}

#[test]
fn the_manifest_spelling_of_a_value_is_hidden() {
    let standard = encoded("canary?>value~~");
    let masker =
        learnt(json!({"data": {"a": format!("{}\n{}\n", &standard[..8], &standard[8..])}}));
    let url = standard.replace('+', "-").replace('/', "_");
    assert_hidden(
        &masker,
        &[
            &standard,
            &url,
            standard.trim_end_matches('='),
            &standard[..8],
            &standard[8..],
        ],
    );
}

#[test]
fn an_unencoded_value_under_data_is_hidden_too() {
    assert_hidden(
        &learnt(json!({"data": {"a": "canary: not base64!"}})),
        &["canary: not base64!"],
    );
}

#[test]
fn json_and_assignments_are_looked_into() {
    let masker = learnt(json!({"stringData": {
        "config.json": "{\"auths\": {\"registry\": {\"password\": \"canary-json\", \"n\": [1234567]}}}",
        "credentials": "[default]\naws_secret_access_key = canary-ini\nOTHER='canary-env'\n",
        "nested": "remote:\n  inner: |\n    deep: canary-deep\n",
    }}));
    assert_hidden(
        &masker,
        &[
            "canary-json",
            "1234567",
            "canary-ini",
            "canary-env",
            "canary-deep",
        ],
    );
}

#[test]
fn binary_values_are_hidden_as_far_as_they_are_text() {
    let bytes = [b"\xff\xfe".as_slice(), b"canary-in-binary", b"\xff"].concat();
    let encoded = BASE64_STANDARD.encode(bytes);
    assert_hidden(
        &learnt(json!({"data": {"blob": encoded}})),
        &["canary-in-binary", &encoded],
    );
}

#[test]
fn keys_and_short_values_stay_readable() {
    let masker = learnt(json!({"stringData": {"objstore.yml": OBJSTORE, "pin": "12345"}}));
    for prose in [
        "config: bucket, endpoint, secret_key",
        "insecure is false",
        "12345",
    ] {
        assert!(matches!(masker.mask(prose), Cow::Borrowed(_)), "{prose}");
    }
}

#[test]
fn fields_of_every_object_stay_readable() {
    let masker = learnt(json!({"stringData": {
        "alertmanager.yaml": "route:\n  group_by: [namespace, canary-label]\n",
        "password": "namespaces",
    }}));
    assert_eq!(masker.mask("namespace: canary-label"), "namespace: ***");
    assert_eq!(masker.mask("namespaces"), "***");
}

#[test]
fn six_bytes_are_enough() {
    let masker = learnt(json!({"stringData": {"five": "fünf", "six": "sechs6"}}));
    assert_eq!(masker.mask("a fünf b sechs6 c"), "a fünf b *** c");
}

#[test]
fn values_that_overlap_leave_no_rest() {
    let masker = learnt(json!({"stringData": {"a": "abcdefgh", "b": "efghijkl", "c": "abcdef"}}));
    assert_eq!(masker.mask("<abcdefghijkl>"), "<***>");
    assert_eq!(masker.mask("<abcdefgh>"), "<***>");
    assert_eq!(masker.mask("<abcdefghabcdef>"), "<***>");
}

#[test]
fn part_of_a_long_value_is_hidden() {
    let long: String = (0..4_000)
        .map(|n| char::from(b'a' + (n * 7 % 25) as u8))
        .collect();
    let masker = learnt(json!({"stringData": {"key": long.clone()}}));
    assert_eq!(masker.mask(&long), "***");
    assert!(!masker.mask(&long[..3_000]).contains(&long[1_000..2_000]));
}

#[test]
fn learning_goes_on_after_masking() {
    let mut masker = Masker::new();
    assert_eq!(masker.mask("canary-late"), "canary-late");
    masker.learn("canary-late");
    assert_eq!(masker.mask("canary-late"), "***");
}

#[test]
fn values_are_masked_wherever_they_stand_in_json() {
    let mut masker = Masker::new();
    masker.learn_value(&json!({"a": ["canary-a", 1234567, true]}));
    assert_eq!(
        masker.mask_value(&json!({"k": ["x canary-a", 1234567, true, null, 1.5]})),
        json!({"k": ["x ***", "***", true, null, 1.5]})
    );
}

#[test]
fn its_debug_form_says_nothing() {
    let masker = learnt(json!({"stringData": {"a": "canary-debug"}}));
    assert!(!format!("{masker:?}").contains("canary"));
}

#[test]
fn odd_secrets_teach_what_they_hold() {
    let masker = learnt(json!({"data": ["canary-list"], "stringData": "canary-text"}));
    assert_hidden(&masker, &["canary-list", "canary-text"]);
    learnt(json!(null));
    learnt(json!({"data": null}));
}

/// The text with its hidden ranges replaced.
fn outlined(text: &str, column: usize) -> String {
    let mut shown = String::new();
    let mut from = 0;
    for range in hidden(text, column) {
        shown.push_str(&text[from..range.start]);
        shown.push_str(MASK);
        from = range.end;
    }
    shown + &text[from..]
}

#[test]
fn an_outline_shows_keys_alone() {
    let secret = "\
# canary
apiVersion: v1
kind: Secret
metadata: &canary
  name: a   # canary
  labels: {app: b, 'quoted key': \"c\"}
data:
  pin: Nw==
  empty:
stringData: !canary
  \"a.b\": \"x
    canary\"
  conf: |-
    canary: 1

    - more
  list:
  - a
  - - b
";
    let expected = "\
***
apiVersion: ***
kind: ***
metadata: ***
  name: ***
  labels: {app: ***, 'quoted key': ***}
data:
  pin: ***
  empty:
stringData: ***
  \"a.b\": ***
    ***
  conf: ***
    ***

    ***
  list:
  - ***
  - - ***
";
    assert_eq!(outlined(secret, 0), expected);
}

#[test]
fn an_item_of_a_list_is_outlined_at_its_column() {
    let item = "kind: Secret\n  stringData:\n    pin: '7'\n";
    assert_eq!(
        outlined(item, 2),
        "kind: ***\n  stringData:\n    pin: ***\n"
    );
}

#[test]
fn json_is_outlined() {
    let json = "{\"kind\": \"Secret\",\n \"data\": {\"a\": \"Nw==\", \"n\": 7}}";
    assert_eq!(
        outlined(json, 0),
        "{\"kind\": ***,\n \"data\": {\"a\": ***, \"n\": ***}}"
    );
}

#[test]
fn what_cannot_be_read_is_hidden_altogether() {
    for text in [
        "a: [canary\n  b: canary",
        "a: b: canary",
        "\tcanary: \u{0}",
        "? {canary: x}\n: canary",
    ] {
        assert!(!outlined(text, 0).contains("canary"), "{text}");
    }
}
