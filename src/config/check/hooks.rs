//! Validates the commands that run after a publication.

use super::super::hooks::{HookCommand, HooksConfig};
use super::super::raw::RawConfig;
use super::timed;
use crate::diagnostic::problem::ConfigProblem;
use crate::field::Fields;
use crate::key::Item;
use crate::key::value::Plain;
use crate::limits;

pub(super) fn hooks(raw: &RawConfig<'_>, fields: &mut Fields<'_>) -> HooksConfig {
    let mut hooks = HooksConfig::default();
    let Some(raw) = raw.hooks.as_ref().map(|hooks| &hooks.value) else { return hooks };
    for typed in raw.published.iter().flat_map(|list| &list.value) {
        let Some(command) = command(typed, fields) else { continue };
        if hooks.published.contains(&command) {
            fields.report(typed.span.clone(), ConfigProblem::HookTwice);
        } else {
            hooks.published.push(command);
        }
    }
    if let Some(typed) = &raw.time_limit
        && let Some(time) = timed::time(&typed.0, fields)
    {
        if time.is_zero() || time > limits::MAX_HOOK_TIME {
            fields.report(typed.0.span.clone(), ConfigProblem::HookTime);
        }
        hooks.time_limit = time;
    }
    hooks
}

fn command(typed: &Item<Vec<Plain<'_>>>, fields: &mut Fields<'_>) -> Option<HookCommand> {
    if let Some(zero) = typed.value.iter().find(|word| word.0.value.contains('\0')) {
        fields.report(zero.0.span.clone(), ConfigProblem::HookCharacter);
        return None;
    }
    let mut words = typed.value.iter().map(|word| word.0.value.clone().into_owned());
    let program = words.next().filter(|program| !program.trim().is_empty());
    if program.is_none() && !fields.is_malformed() {
        fields.report(typed.span.clone(), ConfigProblem::HookWithoutProgram);
    }
    Some(HookCommand { program: program?, arguments: words.collect() })
}
