//! The rules of this policy as users read them.

mod contents;
mod references;
mod start;

use krmguard_sdk::Rule;

/// All rules, by id.
pub(crate) const RULES: &[Rule] = &[
    references::S301,
    references::S302,
    references::S303,
    start::S304,
    contents::S305,
    contents::S306,
    contents::S307,
    contents::S308,
    contents::S309,
    start::S310,
    start::S311,
    contents::S312,
    references::S313,
    start::S314,
    references::S315,
    references::S316,
    contents::S317,
    contents::S318,
];

/// A store that reads `objstore.yml` of the Secret `thanos-s3-config` through a variable.
macro_rules! store {
    () => {
        store!("")
    };
    // What else the reference says.
    ($more:literal) => {
        concat!(
            "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: thanos-store, namespace: monitoring}
spec:
  template:
    spec:
      containers:
        - name: store
          image: quay.io/thanos/thanos:v0.38.0
          args: [store, --objstore.config=$(OBJSTORE_CONFIG)]
          env:
            - name: OBJSTORE_CONFIG
              valueFrom: {secretKeyRef: {name: thanos-s3-config, key: objstore.yml",
            $more,
            "}}
"
        )
    };
}

/// The Secret `thanos-s3-config`; what follows are the lines of its `objstore.yml`.
macro_rules! secret {
    () => {
        "apiVersion: v1
kind: Secret
metadata: {name: thanos-s3-config, namespace: monitoring}
stringData:
  objstore.yml: |
"
    };
}

use {secret, store};
