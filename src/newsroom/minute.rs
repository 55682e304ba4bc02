//! Finds posts that are due in the same channel in the same minute. It keeps only times.

use std::collections::BTreeMap;

use super::CheckedFile;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::PostProblem;
use crate::post::check::PublishTime;

/// The first file of each channel and minute.
#[derive(Debug, Default)]
pub(super) struct Minutes(BTreeMap<(String, i64), String>);

impl Minutes {
    /// Records the times of a checked file, and reports those that another post has too.
    pub(super) fn mark(&mut self, mut checked: CheckedFile) -> CheckedFile {
        let found = self.add(&checked.publish_times, &checked.report.source.path);
        checked.report.add(found);
        checked
    }

    /// Records the times of `file`, and returns a diagnostic for each that another post has too.
    fn add(&mut self, moments: &[PublishTime], file: &str) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for moment in moments {
            let key = (moment.channel.to_string(), moment.at.as_second().div_euclid(60));
            match self.0.get(&key) {
                Some(first) => {
                    let problem = PostProblem::SameMinute(first.clone(), moment.channel.clone());
                    out.push(Diagnostic::new(moment.span.clone(), problem));
                }
                None => {
                    self.0.insert(key, file.to_owned());
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Problem;
    use crate::ids::ChannelName;

    fn moments(of: &[(&str, &str)]) -> Vec<PublishTime> {
        let moment = |(channel, at): &(&str, &str)| PublishTime {
            channel: ChannelName::parse(channel).unwrap(),
            at: at.parse().unwrap(),
            span: 3..9,
        };
        of.iter().map(moment).collect()
    }

    #[test]
    fn second_post_in_the_same_minute_and_channel_is_reported() {
        let mut minutes = Minutes::default();
        let mut taken = |file: &str, of: &[(&str, &str)]| -> Vec<Problem> {
            minutes.add(&moments(of), file).into_iter().map(|found| found.problem).collect()
        };
        let none: [Problem; 0] = [];
        assert_eq!(
            taken("a", &[("news", "2026-05-04T09:00:00Z"), ("mir", "2026-05-04T09:00:00Z")]),
            none
        );
        assert_eq!(taken("b", &[("news", "2026-05-04T09:01:00Z")]), none);
        assert_eq!(taken("c", &[("world", "2026-05-04T09:00:00Z")]), none);
        assert_eq!(
            taken("d", &[("news", "2026-05-04T09:00:59Z"), ("mir", "2026-05-04T08:59:59Z")]),
            [PostProblem::SameMinute("a".to_owned(), ChannelName::parse("news").unwrap()).into()]
        );
        // Before 1970 minutes count the same way.
        assert_eq!(taken("e", &[("news", "1969-12-31T23:59:59Z")]), none);
        assert_eq!(taken("f", &[("news", "1970-01-01T00:00:00Z")]), none);
    }
}
