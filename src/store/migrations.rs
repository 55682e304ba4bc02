//! The migrations of the journal's schema. A released migration never changes, not even in a comment: sqlx compares checksums.

use std::sync::LazyLock;

use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Each version and what it adds, from the first.
const DESCRIPTIONS: [(i64, &str); 15] = [
    (1, "journal"),
    (2, "people"),
    (3, "channel posts"),
    (4, "created"),
    (5, "line"),
    (6, "identity"),
    (7, "words"),
    (8, "polls"),
    (9, "file ids"),
    (10, "comments"),
    (11, "topics"),
    (12, "ends"),
    (13, "hooks"),
    (14, "reminders"),
    (15, "occurrence"),
];

pub(super) static SQLITE: LazyLock<Migrator> = LazyLock::new(|| {
    migrator([
        include_str!("../../migrations/sqlite/0001_journal.sql"),
        include_str!("../../migrations/sqlite/0002_people.sql"),
        include_str!("../../migrations/sqlite/0003_channel_posts.sql"),
        include_str!("../../migrations/sqlite/0004_created.sql"),
        include_str!("../../migrations/sqlite/0005_line.sql"),
        include_str!("../../migrations/sqlite/0006_identity.sql"),
        include_str!("../../migrations/sqlite/0007_words.sql"),
        include_str!("../../migrations/sqlite/0008_polls.sql"),
        include_str!("../../migrations/sqlite/0009_file_ids.sql"),
        include_str!("../../migrations/sqlite/0010_comments.sql"),
        include_str!("../../migrations/sqlite/0011_topics.sql"),
        include_str!("../../migrations/sqlite/0012_ends.sql"),
        include_str!("../../migrations/sqlite/0013_hooks.sql"),
        include_str!("../../migrations/sqlite/0014_reminders.sql"),
        include_str!("../../migrations/sqlite/0015_occurrence.sql"),
    ])
});

pub(super) static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| {
    migrator([
        include_str!("../../migrations/postgres/0001_journal.sql"),
        include_str!("../../migrations/postgres/0002_people.sql"),
        include_str!("../../migrations/postgres/0003_channel_posts.sql"),
        include_str!("../../migrations/postgres/0004_created.sql"),
        include_str!("../../migrations/postgres/0005_line.sql"),
        include_str!("../../migrations/postgres/0006_identity.sql"),
        include_str!("../../migrations/postgres/0007_words.sql"),
        include_str!("../../migrations/postgres/0008_polls.sql"),
        include_str!("../../migrations/postgres/0009_file_ids.sql"),
        include_str!("../../migrations/postgres/0010_comments.sql"),
        include_str!("../../migrations/postgres/0011_topics.sql"),
        include_str!("../../migrations/postgres/0012_ends.sql"),
        include_str!("../../migrations/postgres/0013_hooks.sql"),
        include_str!("../../migrations/postgres/0014_reminders.sql"),
        include_str!("../../migrations/postgres/0015_occurrence.sql"),
    ])
});

/// Not `sqlx::migrate!`, whose macros would compile both databases a second time.
fn migrator(files: [&'static str; DESCRIPTIONS.len()]) -> Migrator {
    let migration = |((version, description), sql): ((i64, &'static str), &'static str)| {
        let sql = SqlStr::from_static(sql);
        Migration::new(version, description.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(DESCRIPTIONS.into_iter().zip(files).map(migration).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test reads the sources")]
    fn every_file_is_listed_with_its_number_and_name() {
        for (folder, migrator) in [("sqlite", &SQLITE), ("postgres", &POSTGRES)] {
            let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let files = fs::read_dir(folder).unwrap();
            let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
            files.sort();
            assert_eq!(files.len(), DESCRIPTIONS.len());
            for (file, migration) in files.iter().zip(migrator.iter()) {
                let name = migration.description.replace(' ', "_");
                let expected = format!("{:04}_{name}.sql", migration.version);
                assert_eq!(file.file_name().unwrap().to_str(), Some(expected.as_str()));
                assert_eq!(migration.sql.as_str(), fs::read_to_string(file).unwrap());
            }
        }
    }
}
