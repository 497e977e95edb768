//! Runs the golden cases in `testdata`, and holds the user page and the catalogue's examples to the code.

use krmguard_sdk::testing;
use s3_secret_refs::S3SecretRefs;

#[test]
fn golden() {
    testing::golden::<S3SecretRefs>(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"));
}

#[test]
fn the_user_page_has_the_rules_and_the_config() {
    testing::readme::<S3SecretRefs>(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
}

#[test]
fn every_example_of_the_catalogue_holds() {
    testing::examples::<S3SecretRefs>();
}
