//! `telepress check`: every diagnostic of the config and the posts.

use std::collections::BTreeMap;

use clap::Args;

use super::Result;
use super::session::place;
use super::{Format, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::diagnostic::{Code, Severity};
use crate::escape;
use crate::exit::Exit;
use crate::explain::counted;
use crate::explain::report::Report;
use crate::ids::PostId;
use crate::key::nearest;
use crate::newsroom::{CheckedFile, Newsroom, Opened};
use crate::process;
use crate::status;
use crate::store::{self, Access, Query, StoreError};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The ids of the posts [default: all posts]
    #[arg(value_name = "POST")]
    chosen: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Exit with 1 even if there are only warnings
    #[arg(long)]
    deny_warnings: bool,
    /// Explain a diagnostic code, with an example
    #[arg(long, value_name = "CODE", conflicts_with_all = ["chosen", "format", "deny_warnings"])]
    explain: Option<String>,
}

pub(super) fn execute(typed: &CheckArguments, context: &mut CliContext<'_>) -> Result {
    if let Some(name) = &typed.explain {
        return explain(name, context);
    }
    let mut printer =
        Printer { format: typed.format, errors: 0, warnings: 0, files: 0, records: 0 };
    printer.begin(context)?;
    let mut newsroom = match Newsroom::open(context.places.clone()) {
        Opened::Unreadable(path, source) => {
            printer.close(context)?;
            return Err(CliError::ConfigUnreadable { path, source });
        }
        Opened::Invalid(report) => {
            printer.print(&report, context)?;
            printer.close(context)?;
            let errors = report.count(Severity::Error);
            return Err(CliError::Config { path: report.source.path.into(), errors });
        }
        Opened::Valid(newsroom, report) => {
            printer.print(&report, context)?;
            newsroom
        }
    };
    let now = context.clock.now();
    let known = read_journal_facts(&newsroom, context)?;
    newsroom.config.bot.known_mentions.extend(known.bot);
    let published = known.published;
    let report_of = |checked: CheckedFile| match checked.id.and_then(|id| published.get(&id)) {
        Some(is_settled) => checked.report.of_published(*is_settled),
        None => checked.report,
    };
    if typed.chosen.is_empty() {
        let mut failed = None;
        newsroom.check(now, |checked| {
            printer.files += usize::from(!checked.is_ignored());
            if failed.is_none()
                && let Err(error) = printer.print(&report_of(checked), context)
            {
                failed = Some(error);
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
    } else {
        let mut wanted = Vec::new();
        for post in &typed.chosen {
            let id = selection::post_id(post, &newsroom)?;
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        for (id, checked) in newsroom.check_some(&wanted, now)? {
            let Some(checked) = checked else { return Err(selection::no_post(&id, &newsroom)) };
            printer.files += 1;
            printer.print(&report_of(checked), context)?;
        }
    }
    printer.finish(context)?;
    if printer.errors > 0 || typed.deny_warnings && printer.warnings > 0 {
        context.ends(Exit::Findings);
    }
    Ok(())
}

/// What the journal says about the posts and the bot.
#[derive(Default)]
struct JournalFacts {
    /// The published posts, and whether nothing of them is still to be sent.
    published: BTreeMap<PostId, bool>,
    /// The bot's username, if `serve` has run with it.
    bot: Option<String>,
}

/// Reads the journal; nothing is known if there is none or it cannot be read.
fn read_journal_facts(newsroom: &Newsroom, context: &CliContext<'_>) -> Result<JournalFacts> {
    let (address, outside) = place(newsroom, context);
    let (me, now) = (process::me(), context.clock.now());
    let known = super::runtime()?.block_on(async {
        let store = store::open(&address, &outside, Access::ReadOrEmpty, me, now).await?;
        let published = status::published_posts(&store.publications(Query::Outline).await?);
        let bound = store.journal().await?.bound.and_then(|bound| i64::try_from(bound.bot).ok());
        let people = store.people().await?;
        let bot = people.into_iter().find(|person| Some(person.id) == bound);
        Ok::<_, StoreError>(JournalFacts { published, bot: bot.map(|bot| bot.name) })
    });
    Ok(known.unwrap_or_else(|error| {
        log::debug!("the journal cannot be read: {error}");
        JournalFacts::default()
    }))
}

/// Prints each report at once, so that memory does not grow with the number of posts.
struct Printer {
    format: Format,
    errors: usize,
    warnings: usize,
    files: usize,
    records: usize,
}

impl Printer {
    fn begin(&self, context: &mut CliContext<'_>) -> Result {
        if self.format == Format::Json {
            write!(context.out, "[")?;
        }
        Ok(())
    }

    fn print(&mut self, report: &Report, context: &mut CliContext<'_>) -> Result {
        self.errors += report.count(Severity::Error);
        self.warnings += report.count(Severity::Warning);
        match self.format {
            Format::Text => {
                context
                    .out
                    .styled(&report.text(context.terminal.colour, context.terminal.columns))?;
            }
            Format::Github => context.out.write_all(report.github().as_bytes())?,
            Format::Json => {
                for record in report.records() {
                    let json = serde_json::to_string(&record).map_err(super::unexpected)?;
                    let json = escape::json(&json);
                    write!(context.out, "{}\n  {json}", if self.records == 0 { "" } else { "," })?;
                    self.records += 1;
                }
            }
        }
        Ok(())
    }

    fn close(&self, context: &mut CliContext<'_>) -> Result {
        if self.format == Format::Json {
            writeln!(context.out, "{}]", if self.records == 0 { "" } else { "\n" })?;
        }
        context.out.flush()?;
        Ok(())
    }

    fn finish(&self, context: &mut CliContext<'_>) -> Result {
        self.close(context)?;
        let found = if self.errors + self.warnings == 0 {
            "no problems".to_owned()
        } else {
            format!("{}, {}", counted(self.errors, "error"), counted(self.warnings, "warning"))
        };
        line!(context.err, "{} checked: {found}", counted(self.files, "post"))?;
        Ok(())
    }
}

fn explain(name: &str, context: &mut CliContext<'_>) -> Result {
    let Some(code) = Code::named(name) else {
        let hint = match nearest(name, Code::ALL.iter().map(|code| code.name())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "`telepress check` prints the code in brackets; docs/diagnostics.md lists them all"
                    .to_owned()
            }
        };
        return Err(CliError::usage(format!("there is no diagnostic code `{name}`"), hint));
    };
    writeln!(
        context.out,
        "{} ({})\n\n{}",
        code.name(),
        code.severity().name(),
        code.explanation()
    )?;
    Ok(())
}
