//! What stands around a rule's own texts, in the two languages of the documentation.

use krmguard_engine::Effect;

use crate::args::Lang;

/// The words of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) lang: Lang,
    pub(super) policy: &'static str,
    pub(super) severity: &'static str,
    pub(super) effect: &'static str,
    pub(super) why: &'static str,
    pub(super) remedy: &'static str,
    pub(super) wrong: &'static str,
    pub(super) right: &'static str,
    pub(super) source: &'static str,
    pub(super) page: &'static str,
    /// What a set rule does.
    set: &'static str,
    /// What a report rule does.
    report: &'static str,
    /// Head of the column of titles.
    pub(super) says: &'static str,
    /// Head of the column of ids.
    pub(super) rule: &'static str,
    /// Title of the page of all rules.
    pub(super) all: &'static str,
    /// The page in the other language, as a link.
    pub(super) other: &'static str,
    /// What the page begins with.
    pub(super) preface: &'static str,
    /// Before the link to the policy's own page.
    pub(super) readme: &'static str,
}

impl Words {
    pub(super) fn of(lang: Lang) -> &'static Words {
        match lang {
            Lang::En => &EN,
            Lang::Ko => &KO,
        }
    }

    /// What the effect means for a manifest.
    pub(super) fn does(&self, effect: Effect) -> &'static str {
        match effect {
            Effect::Set => self.set,
            Effect::Report => self.report,
        }
    }
}

const EN: Words = Words {
    lang: Lang::En,
    policy: "policy",
    severity: "severity",
    effect: "effect",
    why: "why",
    remedy: "to do",
    wrong: "wrong",
    right: "right",
    source: "source",
    page: "page",
    set: "set: `krmguard fn` and `render` make the edit, `check` shows it",
    report: "report: it says so and changes nothing",
    says: "what it says",
    rule: "rule",
    all: "Rules",
    other: "[한국어](rules.ko.md)",
    preface: "\
Every finding names its rule. A rule has one severity and one effect: a *set* rule proposes an edit, which `krmguard fn` and
`render` make and `check` shows, and its severity is what the unchanged manifest would suffer; a *report* rule changes nothing.
`krmguard explain RULE` prints what stands here.

An example is judged as a part of the edge `cluster-02-edge`, unless comment lines at its head say otherwise: `cluster`, `role`, the
policy's `config`, and under `also` the other rules that speak with this one.

This page is written by `make docs` from what the policies say about themselves.
",
    readme: "Configuration and limits:",
};

const KO: Words = Words {
    lang: Lang::Ko,
    policy: "정책",
    severity: "심각도",
    effect: "동작",
    why: "이유",
    remedy: "조치",
    wrong: "잘못된 예",
    right: "올바른 예",
    source: "근거",
    page: "문서",
    set: "set: `krmguard fn`과 `render`가 고치고, `check`는 고칠 내용을 보여 줍니다",
    report: "report: 알리기만 하고 아무것도 바꾸지 않습니다",
    says: "내용",
    rule: "규칙",
    all: "규칙",
    other: "[English](rules.md)",
    preface: "\
모든 결과에는 규칙의 번호가 붙습니다. 규칙마다 심각도와 동작이 하나씩 정해져 있습니다. *set* 규칙은 수정을 제안하며,
`krmguard fn`과 `render`는 그 수정을 적용하고 `check`는 보여 줍니다. 심각도는 고치지 않았을 때를 기준으로 합니다.
*report* 규칙은 아무것도 바꾸지 않습니다. `krmguard explain RULE --lang ko`도 같은 내용을 출력합니다.

예제는 엣지 클러스터 `cluster-02-edge`의 매니페스트로 판정합니다. 조건이 다르면 예제 첫머리의 주석에 `cluster`, `role`, 정책의
`config`를 적고, 함께 걸리는 다른 규칙은 `also`에 적습니다.

이 문서는 정책이 스스로 밝힌 내용으로 `make docs`가 만듭니다. 제목 외의 설명은 영어입니다.
",
    readme: "설정과 한계:",
};
