//! Faults on demand: what goes wrong, when, and whether the request takes effect all the same; it touches no socket.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::method::Method;
use crate::limits;

/// One thing that will go wrong.
///
/// As JSON for `POST /sandbox/faults`: the fields of this type and of [`FaultKind`] side by side, for example
/// `{"method": "sendMessage", "fault": "no_answer", "lands": {"after_ms": 30000}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// The method it waits for; `None`: any.
    pub method: Option<String>,
    /// Whether and when the request takes effect.
    pub lands: Lands,
    /// How often it strikes; at least once.
    pub times: u32,
    /// How many matching requests pass unharmed before it strikes.
    pub after: u32,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FaultKind {
    /// The connection is accepted and closed; nothing is read. It strikes the next connection, whatever comes on it.
    AcceptClose,
    /// The request is read, the connection closed.
    ReadClose,
    /// The request is read, the connection reset (RST).
    ReadReset,
    /// The request is read, and no answer comes as long as the client waits.
    NoAnswer,
    /// 502 with a page of HTML.
    BadGateway,
    /// The head of a 502, and no body as long as the client waits.
    BadGatewayStall,
    /// 500 `Internal Server Error: restart`.
    Restart,
    /// 200, and the connection closes in the middle of the body.
    Truncated,
    /// 200 and `ok`, but a result of no known shape.
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
    /// The request is answered and the connection kept; the next request on it finds it closed.
    StaleKeepAlive,
    /// The request takes effect at once and is answered late.
    Slow {
        /// Milliseconds until the answer.
        delay_ms: u64,
    },
    /// An answer word for word.
    Answer {
        /// The HTTP status, 200 to 599.
        status: u16,
        /// The body: a JSON string is sent as it is, any other value as JSON.
        body: Value,
    },
}

/// Whether and when a request that meets a fault takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lands {
    /// Before the fault shows.
    Before,
    /// Not at all.
    Never,
    /// So many milliseconds after the request came, by the sandbox's clock.
    AfterMs(u64),
}

/// Why a fault cannot be armed.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum NotArmed {
    /// The description cannot be read.
    #[error("the fault cannot be read: {0}")]
    Unreadable(String),
    /// A key that no fault has.
    #[error("no fault has a key `{0}`")]
    UnknownKey(String),
    /// A method that the sandbox does not have.
    #[error("the sandbox has no method `{0}`")]
    UnknownMethod(String),
    /// `times` is 0.
    #[error("`times` must be at least 1")]
    Nothing,
    /// The fault decides by itself whether the request takes effect.
    #[error("`lands` cannot be {given} here: with this fault it is always {always}")]
    Lands {
        /// What was asked for.
        given: &'static str,
        /// What it is.
        always: &'static str,
    },
    /// A status that no answer has.
    #[error("`status` must be from 200 to 599")]
    Status,
    /// More than [`limits::SANDBOX_FAULTS`].
    #[error("{} faults are armed already", limits::SANDBOX_FAULTS)]
    TooMany,
}

impl Fault {
    /// The fault, once, for the next request of any method, with its usual [`Lands`].
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        let lands = kind.usual_lands();
        Self { kind, method: None, lands, times: 1, after: 0 }
    }

    /// The same for requests of `method` only.
    #[must_use]
    pub fn on(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// The same with another [`Lands`].
    #[must_use]
    pub fn lands(mut self, lands: Lands) -> Self {
        self.lands = lands;
        self
    }

    /// The same, `times` times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same, after `requests` matching requests have passed.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Reads a fault from its JSON.
    ///
    /// # Errors
    /// [`NotArmed`], also for a misspelt key: a fault that silently lost a part would make a test say yes for nothing.
    pub fn from_json(value: &Value) -> Result<Self, NotArmed> {
        const KEYS: [&str; 10] = [
            "fault",
            "method",
            "lands",
            "times",
            "after",
            "with_id",
            "retry_after",
            "delay_ms",
            "status",
            "body",
        ];
        #[derive(Deserialize)]
        struct Around {
            #[serde(default)]
            method: Option<String>,
            #[serde(default)]
            lands: Option<Lands>,
            #[serde(default)]
            times: Option<u32>,
            #[serde(default)]
            after: Option<u32>,
        }
        let Value::Object(fields) = value else {
            return Err(NotArmed::Unreadable("expected a JSON object".to_owned()));
        };
        if let Some(unknown) = fields.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(NotArmed::UnknownKey(unknown.clone()));
        }
        let unreadable = |error: serde_json::Error| NotArmed::Unreadable(error.to_string());
        let kind = FaultKind::deserialize(value).map_err(unreadable)?;
        let around = Around::deserialize(value).map_err(unreadable)?;
        let lands = around.lands.unwrap_or(kind.usual_lands());
        let (times, after) = (around.times.unwrap_or(1), around.after.unwrap_or(0));
        Ok(Self { kind, method: around.method, lands, times, after })
    }

    fn check(&self) -> Result<(), NotArmed> {
        if let Some(name) = &self.method
            && Method::named(name).is_none()
        {
            return Err(NotArmed::UnknownMethod(name.clone()));
        }
        if self.times == 0 {
            return Err(NotArmed::Nothing);
        }
        if let FaultKind::Answer { status, .. } = self.kind
            && !(200..=599).contains(&status)
        {
            return Err(NotArmed::Status);
        }
        match self.kind.only_lands() {
            Some(always) if always != self.lands => {
                Err(NotArmed::Lands { given: self.lands.name(), always: always.name() })
            }
            _ => Ok(()),
        }
    }

    fn is_for(&self, method: Method) -> bool {
        self.method.as_deref().is_none_or(|name| Method::named(name) == Some(method))
    }
}

impl FaultKind {
    /// What the request's effect is unless [`Fault::lands`] says otherwise.
    fn usual_lands(&self) -> Lands {
        match self {
            Self::Truncated => Lands::Before,
            other => other.only_lands().unwrap_or(Lands::Never),
        }
    }

    /// What the request's effect always is, where the fault itself decides it.
    fn only_lands(&self) -> Option<Lands> {
        match self {
            Self::AcceptClose | Self::TooManyRequests { .. } => Some(Lands::Never),
            Self::StaleKeepAlive | Self::Slow { .. } | Self::OddShape { with_id: true } => {
                Some(Lands::Before)
            }
            _ => None,
        }
    }
}

impl Lands {
    fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Never => "never",
            Self::AfterMs(_) => "later",
        }
    }
}

/// The armed faults, in the order in which they strike.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Arms one more, behind the others.
    ///
    /// # Errors
    /// [`NotArmed`] when it makes no sense or there are too many.
    pub fn arm(&mut self, fault: Fault) -> Result<(), NotArmed> {
        fault.check()?;
        if self.0.len() >= limits::SANDBOX_FAULTS {
            return Err(NotArmed::TooMany);
        }
        self.0.push(fault);
        Ok(())
    }

    /// The armed faults; `times` and `after` are what is left of them.
    #[must_use]
    pub fn armed(&self) -> &[Fault] {
        &self.0
    }

    /// Disarms all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that strikes a new connection, if one does.
    pub fn strike_connection(&mut self) -> bool {
        self.strike(|fault| fault.kind == FaultKind::AcceptClose).is_some()
    }

    /// The fault that strikes a request of `method`, if one does.
    pub fn strike_request(&mut self, method: Method) -> Option<Fault> {
        self.strike(|fault| fault.kind != FaultKind::AcceptClose && fault.is_for(method))
    }

    /// The first fault that fits and has let enough pass; those before it count one more that passed.
    fn strike(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut struck = None;
        for (at, fault) in self.0.iter_mut().enumerate().filter(|(_, fault)| fits(fault)) {
            if fault.after == 0 {
                fault.times -= 1;
                struck = Some((at, fault.clone()));
                break;
            }
            fault.after -= 1;
        }
        let (at, fault) = struck?;
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
    fn a_fault_is_read_from_json_with_its_usual_effect() {
        let rows = [
            (json!({ "fault": "read_close" }), Fault::new(FaultKind::ReadClose)),
            (
                json!({ "fault": "no_answer", "method": "SendMessage", "times": 2, "after": 1, "lands": { "after_ms": 30 } }),
                Fault::new(FaultKind::NoAnswer)
                    .on("SendMessage")
                    .times(2)
                    .after(1)
                    .lands(Lands::AfterMs(30)),
            ),
            (
                json!({ "fault": "too_many_requests", "retry_after": 7, "method": null }),
                Fault::new(FaultKind::TooManyRequests { retry_after: 7 }),
            ),
            (
                json!({ "fault": "truncated" }),
                Fault::new(FaultKind::Truncated).lands(Lands::Before),
            ),
            (
                json!({ "fault": "restart", "lands": "before" }),
                Fault::new(FaultKind::Restart).lands(Lands::Before),
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
    fn a_fault_that_makes_no_sense_is_not_armed() {
        let rows = [
            json!([]),
            json!({}),
            json!({ "fault": "earthquake" }),
            json!({ "fault": "slow" }),
            json!({ "fault": "slow", "delay_ms": -1 }),
            json!({ "fault": "read_close", "metod": "sendMessage" }),
            json!({ "fault": "read_close", "method": "sendPhoto" }),
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
    fn faults_strike_in_order_so_often_as_they_say() {
        let mut faults = Faults::default();
        faults.arm(Fault::new(FaultKind::Restart).on("sendMessage").after(1).times(2)).unwrap();
        faults.arm(Fault::new(FaultKind::ReadClose)).unwrap();
        faults.arm(Fault::new(FaultKind::AcceptClose)).unwrap();
        let mut strike = |method| faults.strike_request(method).map(|fault| fault.kind);
        assert_eq!(strike(Method::SendMessage), Some(FaultKind::ReadClose));
        assert_eq!(strike(Method::GetMe), None);
        assert_eq!(strike(Method::SendMessage), Some(FaultKind::Restart));
        assert_eq!(strike(Method::SendMessage), Some(FaultKind::Restart));
        assert_eq!(strike(Method::SendMessage), None);
        assert!(faults.strike_connection());
        assert!(!faults.strike_connection());
        assert!(faults.armed().is_empty());
    }
}
