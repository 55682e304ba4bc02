//! Injected faults: what goes wrong, when, and whether the request takes effect anyway; it touches no socket.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::method::Method;
use crate::limits;

/// The name for all methods that send.
const SENDING: &str = "send*";

/// A fault to inject.
///
/// As JSON for `POST /sandbox/faults`: the fields of this type and of [`FaultKind`] side by side, for example
/// `{"method": "sendMessage", "fault": "no_answer", "lands": {"after_ms": 30000}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// The method whose requests it affects, or `send*` for all methods that send; `None`: any.
    pub method: Option<String>,
    /// Whether and when the request takes effect.
    #[serde(rename = "lands")]
    pub effect: EffectTime,
    /// How many requests it affects; at least one.
    pub times: u32,
    /// How many matching requests it lets pass first.
    pub after: u32,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FaultKind {
    /// The next connection is accepted and closed; nothing is read.
    AcceptClose,
    /// The request is read, the connection closed.
    ReadClose,
    /// The request is read, the connection reset (RST).
    ReadReset,
    /// The request is read, and no answer is sent.
    NoAnswer,
    /// 502 with a page of HTML.
    BadGateway,
    /// The head of a 502, and no body.
    BadGatewayStall,
    /// 500 `Internal Server Error: restart`.
    Restart,
    /// 200, and the connection closes in the middle of the body.
    Truncated,
    /// 200 and `ok`, but a result of an unknown shape.
    OddShape {
        /// Whether the new message's id is in it.
        with_id: bool,
    },
    /// 307 to the same address.
    Redirect,
    /// 429 `Too Many Requests`.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The request is answered; the connection closes when the next request arrives on it.
    StaleKeepAlive,
    /// The request takes effect at once and is answered late.
    Slow {
        /// Milliseconds until the answer.
        delay_ms: u64,
    },
    /// The connection is reset in the middle of the body of a request with files, after `bytes` of it or after `percent` of its length.
    CutUpload {
        /// Bytes of the body that are read.
        #[serde(default)]
        bytes: Option<u64>,
        /// The part of the body that is read; 50 if neither is given.
        #[serde(default)]
        percent: Option<u8>,
    },
    /// Nothing more is read of the body of a request with files after this part of its length; the connection stays open.
    StallUpload {
        /// The part of the body that is read.
        percent: u8,
    },
    /// An album is posted without this item, and the answer is only the item's error.
    LoseAlbumItem {
        /// Counts from 1.
        item: usize,
    },
    /// This answer.
    Answer {
        /// The HTTP status, 200 to 599.
        status: u16,
        /// The body: a JSON string is sent as it is, any other value as JSON.
        body: Value,
    },
}

/// Whether and when a request takes effect despite a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectTime {
    /// Before the fault.
    Before,
    /// Not at all.
    Never,
    /// This many milliseconds after the request arrived, by the sandbox's clock.
    AfterMs(u64),
}

/// Why a fault cannot be armed.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum FaultError {
    /// The description cannot be read.
    #[error("the fault cannot be read: {0}")]
    Unreadable(String),
    /// A key that this fault does not have.
    #[error("`{0}` is not a key of this fault")]
    UnknownKey(String),
    /// A method that the sandbox does not have.
    #[error("the sandbox has no method `{0}`")]
    UnknownMethod(String),
    /// `times` is 0.
    #[error("`times` must be at least 1")]
    ZeroTimes,
    /// The kind of fault decides whether the request takes effect.
    #[error("with this fault `lands` is always `{always}`")]
    EffectTime {
        /// The only value.
        always: &'static str,
    },
    /// Not a status of an answer.
    #[error("`status` must be from 200 to 599")]
    Status,
    /// More than [`limits::SANDBOX_FAULTS`].
    #[error("{} faults are armed already", limits::SANDBOX_FAULTS)]
    TooMany,
}

impl Fault {
    /// The fault, once, for the next request of any method, with its usual [`EffectTime`].
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        let effect = kind.default_effect_time();
        Self { kind, method: None, effect, times: 1, after: 0 }
    }

    /// The same fault, for requests of `method` only.
    #[must_use]
    pub fn on(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// The same fault with another [`EffectTime`].
    #[must_use]
    pub fn effect_at(mut self, effect: EffectTime) -> Self {
        self.effect = effect;
        self
    }

    /// The same fault, for `times` requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same fault, after `requests` matching requests.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Reads a fault from its JSON. A key that is left out or `null` is as in [`Self::new`].
    ///
    /// # Errors
    /// [`FaultError`], also for a key that this fault does not have: a fault that silently lost a key would make a test meaningless.
    pub fn from_json(value: &Value) -> Result<Self, FaultError> {
        let unreadable = |error: serde_json::Error| FaultError::Unreadable(error.to_string());
        let Value::Object(fields) = value else {
            return Err(FaultError::Unreadable("expected a JSON object".to_owned()));
        };
        let kind = FaultKind::deserialize(value).map_err(unreadable)?;
        let mut whole = serde_json::to_value(Self::new(kind)).map_err(unreadable)?;
        for (key, given) in fields {
            let value = whole.get_mut(key).ok_or_else(|| FaultError::UnknownKey(key.clone()))?;
            if !given.is_null() {
                value.clone_from(given);
            }
        }
        serde_json::from_value(whole).map_err(unreadable)
    }

    fn check(&self) -> Result<(), FaultError> {
        if let Some(name) = &self.method
            && !Method::all().any(|method| self.is_for(method))
        {
            return Err(FaultError::UnknownMethod(name.clone()));
        }
        if self.times == 0 {
            return Err(FaultError::ZeroTimes);
        }
        if let FaultKind::Answer { status, .. } = self.kind
            && !(200..=599).contains(&status)
        {
            return Err(FaultError::Status);
        }
        match self.kind.fixed_effect_time() {
            Some(only) if only != self.effect => {
                Err(FaultError::EffectTime { always: only.name() })
            }
            _ => Ok(()),
        }
    }

    fn is_for(&self, method: &Method) -> bool {
        match self.method.as_deref() {
            None => true,
            Some(SENDING) => method.name.starts_with("send"),
            Some(name) => method.name.eq_ignore_ascii_case(name),
        }
    }
}

impl FaultKind {
    /// Whether the request takes effect, unless [`Fault::effect`] differs.
    fn default_effect_time(&self) -> EffectTime {
        match self {
            Self::Truncated => EffectTime::Before,
            other => other.fixed_effect_time().unwrap_or(EffectTime::Never),
        }
    }

    /// The only possible [`Fault::effect`], if the fault decides it.
    fn fixed_effect_time(&self) -> Option<EffectTime> {
        match self {
            Self::AcceptClose
            | Self::TooManyRequests { .. }
            | Self::CutUpload { .. }
            | Self::StallUpload { .. } => Some(EffectTime::Never),
            Self::StaleKeepAlive
            | Self::Slow { .. }
            | Self::LoseAlbumItem { .. }
            | Self::OddShape { with_id: true } => Some(EffectTime::Before),
            _ => None,
        }
    }
}

impl EffectTime {
    fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Never => "never",
            Self::AfterMs(_) => "after_ms",
        }
    }
}

/// The armed faults, in the order in which they were armed.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn arm(&mut self, fault: Fault) -> Result<(), FaultError> {
        fault.check()?;
        if self.0.len() >= limits::SANDBOX_FAULTS {
            return Err(FaultError::TooMany);
        }
        self.0.push(fault);
        Ok(())
    }

    /// With what is left of their `times` and `after`.
    pub(super) fn armed(&self) -> &[Fault] {
        &self.0
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether a fault affects a new connection.
    pub(super) fn take_for_connection(&mut self) -> bool {
        self.take(|fault| fault.kind == FaultKind::AcceptClose).is_some()
    }

    /// The fault that affects a request of `method`, if one does.
    pub(super) fn take_for_request(&mut self, method: &Method) -> Option<Fault> {
        self.take(|fault| match fault.kind {
            FaultKind::AcceptClose
            | FaultKind::CutUpload { .. }
            | FaultKind::StallUpload { .. } => false,
            FaultKind::LoseAlbumItem { .. } => method.name == "sendMediaGroup",
            _ => fault.is_for(method),
        })
    }

    /// How many of the `length` bytes of a body are read, if a fault affects it.
    pub(super) fn take_for_body(&mut self, method: &Method, length: u64) -> Option<(Fault, u64)> {
        let read = |fault: &Fault| match fault.kind {
            FaultKind::CutUpload { bytes, percent } => Some((bytes, percent.unwrap_or(50))),
            FaultKind::StallUpload { percent } => Some((None, percent)),
            _ => None,
        };
        let fault = self.take(|fault| read(fault).is_some() && fault.is_for(method))?;
        let (bytes, percent) = read(&fault)?;
        let share = length / 100 * u64::from(percent.min(100));
        Some((fault, bytes.unwrap_or(share)))
    }

    /// The first fault that fits and has let enough requests pass; those before it let this one pass.
    fn take(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut found = None;
        for (at, fault) in self.0.iter_mut().enumerate().filter(|(_, fault)| fits(fault)) {
            if fault.after == 0 {
                fault.times -= 1;
                found = Some((at, fault.clone()));
                break;
            }
            fault.after -= 1;
        }
        let (at, fault) = found?;
        if fault.times == 0 {
            self.0.remove(at);
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fault_is_read_from_json_with_its_usual_effect() {
        let rows = [
            (json!({ "fault": "read_close" }), Fault::new(FaultKind::ReadClose)),
            (
                json!({ "fault": "no_answer", "method": "SendMessage", "times": 2, "after": 1, "lands": { "after_ms": 30 } }),
                Fault::new(FaultKind::NoAnswer)
                    .on("SendMessage")
                    .times(2)
                    .after(1)
                    .effect_at(EffectTime::AfterMs(30)),
            ),
            (
                json!({ "fault": "too_many_requests", "retry_after": 7, "method": null }),
                Fault::new(FaultKind::TooManyRequests { retry_after: 7 }),
            ),
            (
                json!({ "fault": "truncated" }),
                Fault::new(FaultKind::Truncated).effect_at(EffectTime::Before),
            ),
            (
                json!({ "fault": "restart", "lands": "before" }),
                Fault::new(FaultKind::Restart).effect_at(EffectTime::Before),
            ),
        ];
        for (value, expected) in rows {
            let read = Fault::from_json(&value).unwrap();
            assert_eq!(read, expected, "{value}");
            assert_eq!(
                Fault::from_json(&serde_json::to_value(&read).unwrap()),
                Ok(expected),
                "{value}"
            );
        }
    }

    #[test]
    fn every_fault_is_listed_by_the_sandbox_and_in_the_docs() {
        let unknown = FaultKind::deserialize(&json!({ "fault": "earthquake" })).unwrap_err();
        let unknown = unknown.to_string();
        let names: Vec<_> = unknown.split('`').skip(3).step_by(2).collect();
        assert_eq!(names.len(), 17, "{unknown}");
        let index = include_str!("index.txt");
        let page = include_str!("../../docs/sandbox.md");
        for name in names {
            let is_listed = |line: &str| line.split_whitespace().next() == Some(name);
            assert!(index.lines().any(is_listed), "{name} in the index");
            assert!(page.contains(&format!("| `{name}` |")), "{name} in docs/sandbox.md");
        }
    }

    #[test]
    fn invalid_fault_is_not_armed() {
        let rows = [
            json!([]),
            json!({}),
            json!({ "fault": "earthquake" }),
            json!({ "fault": "slow" }),
            json!({ "fault": "slow", "delay_ms": -1 }),
            json!({ "fault": "read_close", "delay_ms": 1 }),
            json!({ "fault": "read_close", "metod": "sendMessage" }),
            json!({ "fault": "read_close", "method": "sendVoice" }),
            json!({ "fault": "cut_upload", "lands": "before" }),
            json!({ "fault": "read_close", "times": 0 }),
            json!({ "fault": "accept_close", "lands": "before" }),
            json!({ "fault": "too_many_requests", "retry_after": 1, "lands": { "after_ms": 1 } }),
            json!({ "fault": "odd_shape", "with_id": true, "lands": "never" }),
            json!({ "fault": "answer", "status": 99, "body": "" }),
            json!({ "fault": "read_close", "lands": "later" }),
        ];
        for value in rows {
            let armed = Fault::from_json(&value).and_then(|fault| Faults::default().arm(fault));
            assert!(armed.is_err(), "{value}");
        }
    }

    #[test]
    fn faults_affect_requests_in_order_and_as_often_as_they_say() {
        let mut faults = Faults::default();
        faults.arm(Fault::new(FaultKind::Restart).on("sendMessage").after(1).times(2)).unwrap();
        faults.arm(Fault::new(FaultKind::ReadClose)).unwrap();
        faults.arm(Fault::new(FaultKind::AcceptClose)).unwrap();
        let mut take = |method| {
            faults.take_for_request(Method::named(method).unwrap()).map(|fault| fault.kind)
        };
        assert_eq!(take("sendMessage"), Some(FaultKind::ReadClose));
        assert_eq!(take("getMe"), None);
        assert_eq!(take("sendMessage"), Some(FaultKind::Restart));
        assert_eq!(take("sendMessage"), Some(FaultKind::Restart));
        assert_eq!(take("sendMessage"), None);
        assert!(faults.take_for_connection());
        assert!(!faults.take_for_connection());
        assert!(faults.armed().is_empty());
    }
}
