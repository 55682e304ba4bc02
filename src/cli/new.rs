//! `telepress new`: writes a post from a template, and with `--publish` publishes it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Result;
use super::deliver::WaitArguments;
use super::schema::SchemaKind;
use super::selection::PostArguments;
use super::session::CliSession;
use super::{publish, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::diagnostic::Severity;
use crate::exit::Exit;
use crate::explain::counted;
use crate::explain::report::Report;
use crate::failpoint;
use crate::fs::{self, ReadError, WriteError};
use crate::ids::PostId;
use crate::newsroom::{CheckedFile, Newsroom, Places};
use crate::operations::desired_posts;
use crate::outbox::Publication;
use crate::plan::{self, ResendPolicy};
use crate::status;
use crate::store::{Access, Query};
use crate::template::{self, TemplateError, Value, Values};

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The id of the new post
    post: String,
    /// The template: `templates/NAME.toml` or `.md` beside the config, or a built-in one
    #[arg(long, value_name = "NAME", default_value = template::DEFAULT)]
    template: String,
    /// Fill in the placeholder {{KEY}} with a text, which is shown as it is
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Fill in the placeholder {{KEY}} with the Markdown of a file
    #[arg(long, value_name = "KEY=FILE")]
    set_file: Vec<String>,
    /// Check the post and publish it now; if interrupted, run the same command again to continue
    #[arg(long)]
    publish: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

/// A template.
struct Template {
    /// Its path, or its name if it is built in.
    name: String,
    text: String,
    is_markdown: bool,
}

pub(super) fn execute(typed: &NewArguments, context: &mut CliContext<'_>) -> Result {
    let values = values(typed)?;
    if typed.publish {
        return execute_and_publish(typed, &values, context);
    }
    let newsroom = super::open(context)?;
    let post = NewPost::make(typed, &values, &newsroom)?;
    post.write(&newsroom, context)?;
    let checked = post.check(&newsroom, context)?;
    super::diagnostics(&checked.report, context)?;
    if checked.report.count(Severity::Error) > 0 {
        context.ends(Exit::Findings);
    }
    Ok(())
}

fn execute_and_publish(
    typed: &NewArguments,
    values: &Values,
    context: &mut CliContext<'_>,
) -> Result {
    // Without a journal nothing is written.
    let session = CliSession::take(Access::Write, context)?;
    let newsroom = &session.operations.newsroom;
    let post = NewPost::make(typed, values, newsroom)?;
    let existing = newsroom.path_of(&post.id);
    let is_same = existing.as_deref() == Some(Path::new(&post.relative))
        && newsroom.source_of(&post.id).is_some_and(|(_, text)| text == post.text);
    if !is_same {
        post.refuse_existing(newsroom)?;
        let checked = post.check(newsroom, context)?;
        let Some(laid_out) = &checked.post else {
            return Err(post.refused(&checked.report, context)?);
        };
        if laid_out.post.editions.iter().any(|edition| edition.options.draft) {
            return Err(CliError::stopped(
                Exit::Findings,
                "the template makes a draft, and drafts are not published",
                "remove `draft = true` from the template",
            ));
        }
        post.refuse_other_text(&checked, &session)?;
        post.write(newsroom, context)?;
        failpoint::point("after-new");
    }
    let named = PostArguments { post: post.id.to_string(), channel: None };
    publish::publish(&named, ResendPolicy::No, false, &typed.wait, &session, context)
}

/// The file of a new post.
struct NewPost {
    id: PostId,
    /// Its path below the posts folder.
    relative: String,
    text: String,
    /// The template's path, or its name if it is built in.
    template: String,
}

impl NewPost {
    fn make(typed: &NewArguments, values: &Values, newsroom: &Newsroom) -> Result<Self> {
        let id = selection::post_id(&typed.post, newsroom)?;
        let Template { name, text, is_markdown } = Template::find(&typed.template, newsroom)?;
        let extension = if is_markdown { "md" } else { "toml" };
        let typed_extension = Path::new(&typed.post).extension().unwrap_or_default();
        let other = if is_markdown { "toml" } else { "md" };
        if typed_extension.eq_ignore_ascii_case(other) {
            return Err(CliError::usage(
                format!(
                    "the template {name} makes a `.{extension}` file, and not `{}`",
                    typed.post
                ),
                format!("write `{id}`, or use a template that is a `.{other}` file"),
            ));
        }
        let text = template::fill(&text, is_markdown, values).map_err(|error| {
            let message = match &error {
                TemplateError::Toml { line, .. } => format!("{name}:{line}: {error}"),
                _ => error.to_string(),
            };
            CliError::usage(message, error.hint())
        })?;
        let relative = format!("{id}.{extension}");
        let text = if is_markdown { text } else { with_schema(text, &relative, newsroom) };
        Ok(Self { relative, id, text, template: name })
    }

    /// Prints the errors of the post, which is not written.
    fn refused(&self, report: &Report, context: &mut CliContext<'_>) -> Result<CliError> {
        super::diagnostics(&report.errors(), context)?;
        let errors = counted(report.count(Severity::Error), "error");
        Ok(CliError::stopped(
            Exit::Findings,
            format!("{} would have {errors}, so it is not written", report.source.path),
            format!("change the values, or the template {}", self.template),
        ))
    }

    /// Refuses if a message with a different text is published under this id: its file was removed, or is not there yet.
    fn refuse_other_text(&self, checked: &CheckedFile, session: &CliSession) -> Result {
        let operations = &session.operations;
        let known = session.wait(operations.store.publications(Query::Post(self.id.clone())))?;
        let known = status::newest(&known);
        // Files that cannot be read are reported when the post is published.
        for desired in desired_posts(&operations.newsroom, checked).unwrap_or_default() {
            let is_other = |known: &&&Publication| {
                !known.is_comments()
                    && operations.is_in(known, &desired.channel)
                    && plan::may_be_in_channel(known)
                    && plan::has_other_text(known, &desired)
            };
            if let Some(other) = known.iter().find(is_other) {
                let link = operations.post_status(other).link;
                let link = link.map(|link| format!(": {link}")).unwrap_or_default();
                return Err(CliError::stopped(
                    Exit::Findings,
                    format!("`{}` is published with a different text{link}", self.id),
                    "choose another id; or leave out --publish, and `telepress apply` edits the message",
                ));
            }
        }
        Ok(())
    }

    fn refuse_existing(&self, newsroom: &Newsroom) -> Result {
        let Some(below) = newsroom.path_of(&self.id) else { return Ok(()) };
        let path = newsroom.places.posts.join(below);
        Err(CliError::usage(
            format!("{} already exists", path.display()),
            "choose another id, or edit that file",
        ))
    }

    fn write(&self, newsroom: &Newsroom, context: &mut CliContext<'_>) -> Result {
        self.refuse_existing(newsroom)?;
        let path = newsroom.places.posts.join(&self.relative);
        fs::create_file(&path, &self.text)?;
        line!(context.out, "{}", path.display())?;
        // Newsrooms of earlier versions have no schema, and the file names one.
        match fs::create_file(&schema(newsroom), &SchemaKind::Post.text()?) {
            Ok(()) | Err(WriteError::Exists(_)) => {}
            Err(error) => line!(context.err, "warning: editors will find no schema: {error}")?,
        }
        Ok(())
    }

    fn check(&self, newsroom: &Newsroom, context: &CliContext<'_>) -> Result<CheckedFile> {
        fs::create_folder(&newsroom.places.posts)?;
        let (text, now) = (self.text.clone(), context.clock.now());
        Ok(newsroom.check_text(&self.id, &self.relative, text, now)?)
    }
}

/// The file with the schema of posts, beside the config.
fn schema(newsroom: &Newsroom) -> PathBuf {
    newsroom.places.config.with_file_name(SchemaKind::Post.file())
}

/// The text of a post file with the line that names its schema to editors.
fn with_schema(text: String, relative: &str, newsroom: &Newsroom) -> String {
    let file = newsroom.places.posts.join(relative);
    let folder = file.parent().unwrap_or(Path::new(""));
    match fs::relative(folder, &schema(newsroom)) {
        Some(path) if !text.starts_with("#:schema ") => SchemaKind::line(&path) + &text,
        _ => text,
    }
}

impl Template {
    /// The template in the newsroom, or the built-in one.
    fn find(name: &str, newsroom: &Newsroom) -> Result<Self> {
        let folder = folder(&newsroom.places);
        // A name with `/` or `..` would name a file elsewhere.
        let is_name = PostId::parse(name).is_ok() && !name.contains('/');
        for (extension, is_markdown) in [("toml", false), ("md", true)] {
            let path = folder.join(format!("{name}.{extension}"));
            match fs::read_text(&path) {
                Ok(text) if is_name => {
                    return Ok(Self { name: path.display().to_string(), text, is_markdown });
                }
                Ok(_) | Err(ReadError::Missing) => {}
                Err(error) => return Err(unreadable(&path, &error)),
            }
        }
        let built_in = template::BUILT_IN.iter().find(|(known, _)| *known == name);
        if let Some((_, text)) = built_in {
            let (name, text) = (format!("`{name}`"), (*text).to_owned());
            return Ok(Self { name, text, is_markdown: false });
        }
        let new = if is_name { name } else { "NAME" };
        let names: Vec<_> =
            known_names(&newsroom.places).iter().map(|name| format!("`{name}`")).collect();
        Err(CliError::usage(
            format!("there is no template `{name}`"),
            format!(
                "write {}, or use one of {}",
                folder.join(format!("{new}.toml")).display(),
                names.join(", ")
            ),
        ))
    }
}

/// The folder of the newsroom's own templates.
fn folder(places: &Places) -> PathBuf {
    places.config.parent().unwrap_or(Path::new("")).join("templates")
}

/// The names of the newsroom's templates and of the built-in ones.
pub(super) fn known_names(places: &Places) -> BTreeSet<String> {
    let files = fs::walk(&folder(places)).unwrap_or_default().into_iter();
    let own = files.filter_map(|file| {
        let (name, extension) = file.relative.rsplit_once('.')?;
        let is_template = matches!(extension, "toml" | "md") && !name.contains('/');
        is_template.then(|| name.to_owned())
    });
    own.chain(template::BUILT_IN.iter().map(|(name, _)| (*name).to_owned())).collect()
}

/// The values of `--set` and `--set-file`.
fn values(typed: &NewArguments) -> Result<Values> {
    let mut values = Values::new();
    let mut add = |option: &str, typed: &str, read: &dyn Fn(&str) -> Result<Value>| {
        let Some((key, value)) = typed.split_once('=').filter(|(key, _)| template::is_key(key))
        else {
            return Err(CliError::usage(
                format!("`{typed}` is not valid for {option}"),
                format!("write a key, `=` and a value: {option} version=1.2"),
            ));
        };
        if values.insert(key.to_owned(), read(value)?).is_some() {
            return Err(CliError::usage(
                format!("`{key}` has two values"),
                "leave out one of them",
            ));
        }
        Ok(())
    };
    for each in &typed.set {
        add("--set", each, &|text| Ok(Value::Text(text.replace("\r\n", "\n"))))?;
    }
    for each in &typed.set_file {
        add("--set-file", each, &|path| {
            let path = Path::new(path);
            let text = fs::read_text(path).map_err(|error| unreadable(path, &error))?;
            Ok(Value::Markdown(text.trim_start_matches('\u{feff}').replace("\r\n", "\n")))
        })?;
    }
    Ok(values)
}

fn unreadable(path: &Path, error: &ReadError) -> CliError {
    CliError::usage(format!("{}: {error}", path.display()), "name a text file that can be read")
}
