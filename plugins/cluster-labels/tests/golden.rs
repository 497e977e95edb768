//! Runs the golden cases in `testdata`, and holds the user page to the code.

use cluster_labels::ClusterLabels;
use krmguard_sdk::testing;

#[test]
fn golden() {
    testing::golden_fleet::<ClusterLabels>(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"));
}

#[test]
fn the_user_page_has_the_rules_and_the_config() {
    testing::readme::<ClusterLabels>(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
}

#[test]
fn the_examples_say_what_they_show() {
    testing::examples_fleet::<ClusterLabels>();
}
