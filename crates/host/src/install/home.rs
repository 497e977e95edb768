//! The folder in which kustomize looks for plugins, by kustomize's own rules.

use camino::{Utf8Path, Utf8PathBuf};

use crate::trouble::Trouble;

/// The variable that names it.
const VARIABLE: &str = "KUSTOMIZE_PLUGIN_HOME";

/// The folder of plugins, which need not be there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    /// Absolute.
    pub(crate) path: Utf8PathBuf,
    /// Whether kustomize looks into it without being told, in the environment of this process.
    pub(crate) is_looked_into: bool,
}

impl Home {
    /// `named`, else where kustomize looks.
    ///
    /// kustomize takes the first of its folders that exists
    /// (<https://github.com/kubernetes-sigs/kustomize/blob/master/api/konfig/plugins.go>).
    pub(crate) fn find(named: Option<&Utf8Path>) -> Result<Home, Trouble> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Home::of(named, &variable)
    }

    fn of(
        named: Option<&Utf8Path>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Home, Trouble> {
        let usual = usual(variable);
        if let Some(named) = named {
            let path = camino::absolute_utf8(named).map_err(|error| {
                let trouble = Trouble::new(format!("--plugin-home is no path: {error}"));
                trouble.fix("name a folder")
            })?;
            return Ok(Home {
                is_looked_into: usual.as_ref() == Some(&path),
                path,
            });
        }
        let path = usual.ok_or_else(|| {
            Trouble::new("neither KUSTOMIZE_PLUGIN_HOME nor HOME is set, so kustomize has no folder of plugins")
                .fix("name one with --plugin-home DIR")
        })?;
        if !path.is_absolute() {
            let what = format!(
                "kustomize's folder of plugins is `{path}`, which depends on where it is run"
            );
            return Err(Trouble::new(what).fix(format!("set {VARIABLE} to an absolute path")));
        }
        Ok(Home {
            path,
            is_looked_into: true,
        })
    }
}

/// Where kustomize would look, or where a new folder is found first.
fn usual(variable: &dyn Fn(&str) -> Option<String>) -> Option<Utf8PathBuf> {
    if let Some(said) = variable(VARIABLE) {
        return Some(said.into());
    }
    let below = |name: &str, rest: &str| Some(Utf8PathBuf::from(variable(name)?).join(rest));
    let mut places = [
        below("XDG_CONFIG_HOME", "kustomize/plugin"),
        below("HOME", ".config/kustomize/plugin"),
        below("HOME", "kustomize/plugin"),
    ]
    .into_iter()
    .flatten();
    let first = places.next()?;
    match first.is_dir() {
        true => Some(first),
        false => places.find(|place| place.is_dir()).or(Some(first)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_first_folder_that_exists_is_taken_and_else_the_first_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let home = Utf8Path::from_path(folder.path()).unwrap();
        let variable = |name: &str| (name == "HOME").then(|| home.to_string());
        let found = || Home::of(None, &variable).unwrap().path;
        assert_eq!(found(), home.join(".config/kustomize/plugin"));
        std::fs::create_dir_all(home.join("kustomize/plugin")).unwrap();
        assert_eq!(found(), home.join("kustomize/plugin"));
        let said = |name: &str| (name == VARIABLE).then(|| "/p".to_owned());
        assert_eq!(Home::of(None, &said).unwrap().path, "/p");
    }

    #[test]
    fn a_named_folder_must_be_told_to_kustomize_and_a_relative_one_is_refused() {
        let said = |name: &str| (name == VARIABLE).then(|| "/p".to_owned());
        let named = |path: &str| Home::of(Some(Utf8Path::new(path)), &said).unwrap();
        assert!(named("/p").is_looked_into);
        assert!(!named("/q").is_looked_into);
        let relative = |name: &str| (name == VARIABLE).then(|| "p".to_owned());
        assert!(Home::of(None, &relative).unwrap_err().fix.is_some());
        assert!(Home::of(None, &|_| None).unwrap_err().what.contains("HOME"));
    }
}
