//! The fields of a PolicySet, once: the strict reader and the JSON Schema of `krmguard schema` both go by these tables.

/// The fields of a mapping, in the order in which messages name them.
pub(crate) type Table = &'static [Row];

/// One field.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// What it is for, for whoever types it into an editor.
    pub(crate) help: &'static str,
}

/// What a field may hold. Everywhere an explicit null counts as absent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A string that is not empty.
    Text,
    /// The name of a built-in policy, or a path to a `.wasm` file.
    Plugin,
    /// A sha256 in hexadecimal.
    Digest,
    /// A whole number above zero.
    Count,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// One of a few words, or a list of them.
    Words(&'static [&'static str]),
    /// A mapping with fields of its own.
    Mapping(Table),
    /// The policies to run, at least one.
    Policies(Table),
    /// What the policy itself says about its config.
    Config,
    /// A mapping from rule ids to one of a few words.
    Rules(&'static [&'static str]),
    /// A list of waivers.
    Waivers(Table),
    /// The id of a rule; always there.
    Rule,
    /// What a finding is about, in one string or in a mapping; always there.
    Subject(Table),
    /// A string that is not empty; always there.
    Sentence,
    /// `YYYY-MM-DD`.
    Date,
}

/// Words of `role`.
pub(crate) const ROLES: &[&str] = &["central", "edge"];
/// Words of `emit`.
pub(crate) const EMIT: &[&str] = &["all", "none"];
/// Words beside a rule under `rules`.
pub(crate) const RULE_LEVELS: &[&str] = &["ignore", "info", "warning", "error"];
/// Words of `failOn`.
pub(crate) const FAIL_ON: &[&str] = &["error", "warning", "info", "change"];

/// `spec` of a PolicySet.
pub(crate) const SET: Table = &[
    CLUSTER_ROW,
    EMIT_ROW,
    FAIL_ON_ROW,
    WAIVERS_ROW,
    Row {
        name: "policies",
        shape: Shape::Policies(POLICY),
        help: "The policies in the order in which they run, in one process; each sees the edits of the one before.",
    },
];

/// `spec` of a policy's own kind, a PolicySet of one.
pub(crate) const SINGLE: Table = &[
    CLUSTER_ROW,
    EMIT_ROW,
    FAIL_ON_ROW,
    WAIVERS_ROW,
    CONFIG_ROW,
    RULES_ROW,
    LIMITS_ROW,
];

/// One entry of `policies`.
pub(crate) const POLICY: Table = &[
    Row {
        name: "plugin",
        shape: Shape::Plugin,
        help: "A built-in policy, or the path of a .wasm file as seen from this file's folder.",
    },
    Row {
        name: "sha256",
        shape: Shape::Digest,
        help: "What the .wasm file must be; built-in policies have none.",
    },
    CONFIG_ROW,
    RULES_ROW,
    LIMITS_ROW,
];

/// One entry of `waivers`.
pub(crate) const WAIVER: Table = &[
    Row {
        name: "rule",
        shape: Shape::Rule,
        help: "The rule whose finding is waived, such as `CL10`.",
    },
    Row {
        name: "object",
        shape: Shape::Subject(SUBJECT),
        help: "What the finding is about, as reports name it: `Prometheus monitoring/k8s`, `ClusterRole k8s`, \
               or `unit` where it names no object.",
    },
    Row {
        name: "reason",
        shape: Shape::Sentence,
        help: "Why it may stay.",
    },
    Row {
        name: "expires",
        shape: Shape::Date,
        help: "The last day on which the waiver holds (UTC); afterwards the finding counts again.",
    },
];

/// `object` of a waiver, written as a mapping.
pub(crate) const SUBJECT: Table = &[
    Row {
        name: "kind",
        shape: Shape::Sentence,
        help: "The object's kind, as the manifest has it.",
    },
    Row {
        name: "namespace",
        shape: Shape::Text,
        help: "Its namespace, as the manifest has it; absent where the manifest names none.",
    },
    Row {
        name: "name",
        shape: Shape::Sentence,
        help: "Its name.",
    },
];

/// `cluster`.
pub(crate) const CLUSTER: Table = &[
    Row {
        name: "name",
        shape: Shape::Text,
        help: "The cluster's name, such as `cluster-02-edge`.",
    },
    Row {
        name: "role",
        shape: Shape::Word(ROLES),
        help: "`central` holds the long-term storage and answers queries; an `edge` scrapes and sends to the centre.",
    },
];

/// `limits`.
pub(crate) const LIMITS: Table = &[
    Row {
        name: "fuel",
        shape: Shape::Count,
        help: "Instructions that the policy may spend on each call, whatever its input.",
    },
    Row {
        name: "fuelPerByte",
        shape: Shape::Count,
        help: "Instructions that it may spend on top for each byte of its input.",
    },
    Row {
        name: "memoryMiB",
        shape: Shape::Count,
        help: "How much memory it may use, in MiB.",
    },
    Row {
        name: "seconds",
        shape: Shape::Count,
        help: "How long a call may take by the clock.",
    },
];

const CLUSTER_ROW: Row = Row {
    name: "cluster",
    shape: Shape::Mapping(CLUSTER),
    help: "The cluster that the manifests are for; absent, the command line says it.",
};
const EMIT_ROW: Row = Row {
    name: "emit",
    shape: Shape::Word(EMIT),
    help: "`none` prints nothing where all is well: kustomize wants that of what stands under `validators:`, and only there.",
};
const FAIL_ON_ROW: Row = Row {
    name: "failOn",
    shape: Shape::Words(FAIL_ON),
    help: "Fail from this severity up (`error` where nothing is said), and with `change` on any edit. \
           The command line may only be stricter.",
};
const WAIVERS_ROW: Row = Row {
    name: "waivers",
    shape: Shape::Waivers(WAIVER),
    help: "Findings that are taken as they are: they fail nothing, and their edits are not applied.",
};
const RULES_ROW: Row = Row {
    name: "rules",
    shape: Shape::Rules(RULE_LEVELS),
    help: "How much single rules count, such as `CL10: warning`; `ignore` drops a rule's findings and its edits.",
};
const CONFIG_ROW: Row = Row {
    name: "config",
    shape: Shape::Config,
    help: "The policy's own settings.",
};
const LIMITS_ROW: Row = Row {
    name: "limits",
    shape: Shape::Mapping(LIMITS),
    help: "What the policy may spend before it is stopped.",
};

/// The names of the fields.
pub(crate) fn names(table: Table) -> Vec<&'static str> {
    table.iter().map(|row| row.name).collect()
}
