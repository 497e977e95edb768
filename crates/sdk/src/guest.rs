//! The component model side: the bindings that wit-bindgen generates, and `export!`.
#![allow(
    missing_docs,
    reason = "generated code; the records are documented in `wire`"
)]

use crate::wire;
use exports::krmguard::policy::types as wit;

// Generated code crosses the ABI with raw pointers; nothing else in the SDK may.
#[allow(unsafe_code, unused_qualifications)]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "fleet-plugin",
        pub_export_macro: true,
        export_macro_name: "export_fleet_plugin",
        default_bindings_module: "krmguard_sdk::guest",
    });
}
pub use bindings::*;

/// What describes the world `plugin` in the module, as wit-component wants it. Macros of both worlds would bear the same
/// names, so a plain policy exports the functions of `policy` from the bindings above, and its world comes from here; a
/// fleet policy brings `fleet-plugin` too, and wit-component joins the two.
mod world {
    #![allow(
        unsafe_code,
        unused_qualifications,
        dead_code,
        unused_imports,
        unused_macros
    )]
    wit_bindgen::generate!({ path: "../../wit", world: "plugin" });

    /// Keeps the description from being dropped by the linker.
    pub(super) fn link() {
        __link_custom_section_describing_imports();
    }
}

/// Exports the functions of `policy`.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_plugin {
    ($ty:ident) => {
        $crate::guest::exports::krmguard::policy::policy::__export_krmguard_policy_policy_0_1_0_cabi!(
            $ty with_types_in $crate::guest::exports::krmguard::policy::policy
        );
    };
}

/// Bridges one policy to the generated traits; `export!` names one per plugin.
pub struct Bridge<P>(std::marker::PhantomData<P>);

impl<P: crate::Fleet> exports::krmguard::policy::fleet::Guest for Bridge<P> {
    fn judge(units: Vec<wit::Unit>, facts: Vec<wit::Fact>) -> Result<wit::Outcome, wit::Failure> {
        let units = units.into_iter().map(unit).collect();
        let facts = facts.into_iter().map(fact).collect();
        crate::fleet::judge::<P>(units, facts)
            .map(answer)
            .map_err(failure)
    }
}

impl<P: crate::Policy> exports::krmguard::policy::policy::Guest for Bridge<P> {
    fn describe() -> String {
        world::link();
        crate::evaluate::describe::<P>()
    }

    fn validate_config(config: String) -> Result<(), Vec<wit::ConfigProblem>> {
        crate::evaluate::validate_config::<P>(&config).map_err(problems)
    }

    fn evaluate(request: wit::Request) -> Result<wit::Outcome, wit::Failure> {
        crate::evaluate::evaluate::<P>(read(request))
            .map(answer)
            .map_err(failure)
    }
}

fn failure(failure: wire::Failure) -> wit::Failure {
    match failure {
        wire::Failure::InvalidConfig(found) => wit::Failure::InvalidConfig(problems(found)),
        wire::Failure::InvalidObject(object, why) => wit::Failure::InvalidObject((object, why)),
        wire::Failure::Other(why) => wit::Failure::Other(why),
    }
}

fn problems(found: Vec<wire::ConfigProblem>) -> Vec<wit::ConfigProblem> {
    let one = |wire::ConfigProblem { pointer, message }| wit::ConfigProblem { pointer, message };
    found.into_iter().map(one).collect()
}

fn unit(unit: wit::Unit) -> wire::Unit {
    wire::Unit {
        id: unit.id,
        name: unit.name,
        cluster: unit.cluster,
        role: unit.role,
        stage: match unit.stage {
            wit::Stage::Source => wire::Stage::Source,
            wit::Stage::InBuild => wire::Stage::InBuild,
            wit::Stage::Built => wire::Stage::Built,
        },
        complete: unit.complete,
        config: unit.config,
        disabled: unit.disabled,
        extra: unit.extra,
    }
}

fn fact(fact: wit::Fact) -> wire::Fact {
    wire::Fact {
        unit: fact.unit,
        key: fact.key,
        value: fact.value,
        at: fact.at.map(|at| wire::Place {
            object: at.object,
            pointer: at.pointer,
            range: at.range,
        }),
    }
}

fn read(request: wit::Request) -> wire::Request {
    let object = |object: wit::Object| wire::Object {
        id: object.id,
        unit: object.unit,
        form: match object.form {
            wit::Form::Manifest => wire::Form::Manifest,
            wit::Form::ChartValues => wire::Form::ChartValues,
            wit::Form::Kustomization => wire::Form::Kustomization,
        },
        content: object.content,
        extra: object.extra,
    };
    wire::Request {
        units: request.units.into_iter().map(unit).collect(),
        objects: request.objects.into_iter().map(object).collect(),
        extra: request.extra,
    }
}

fn answer(answer: wire::Outcome) -> wit::Outcome {
    wit::Outcome {
        findings: answer.findings.into_iter().map(finding).collect(),
        edits: answer.edits.into_iter().map(edit).collect(),
        facts: answer
            .facts
            .into_iter()
            .map(|fact| wit::Fact {
                unit: fact.unit,
                key: fact.key,
                value: fact.value,
                at: fact.at.map(place),
            })
            .collect(),
        log: answer.log,
        extra: answer.extra,
    }
}

fn place(place: wire::Place) -> wit::Place {
    wit::Place {
        object: place.object,
        pointer: place.pointer,
        range: place.range,
    }
}

fn finding(finding: wire::Finding) -> wit::Finding {
    let note = |note: wire::Note| wit::Note {
        at: note.at.map(place),
        message: note.message,
    };
    wit::Finding {
        rule: finding.rule,
        severity: match finding.severity {
            wire::Severity::Error => wit::Severity::Error,
            wire::Severity::Warning => wit::Severity::Warning,
            wire::Severity::Info => wit::Severity::Info,
        },
        unit: finding.unit,
        at: finding.at.map(place),
        message: finding.message,
        remedy: finding.remedy,
        current: finding.current,
        proposed: finding.proposed,
        related: finding.related.into_iter().map(note).collect(),
        sensitive: finding.sensitive,
        extra: finding.extra,
    }
}

fn edit(edit: wire::Edit) -> wit::Edit {
    wit::Edit {
        rule: edit.rule,
        finding: edit.finding,
        change: match edit.change {
            wire::Change::Patch(object, patch) => wit::Change::Patch((object, patch)),
            wire::Change::Replace(object, value) => wit::Change::Replace((object, value)),
            wire::Change::Create(unit, value) => wit::Change::Create((unit, value)),
            wire::Change::Delete(object) => wit::Change::Delete(object),
        },
        extra: edit.extra,
    }
}
