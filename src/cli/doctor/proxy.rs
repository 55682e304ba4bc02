//! Which proxy leads to the Bot API server, and whether it answers.

use url::Url;

use super::Finding;
use crate::exit::Exit;
use crate::telegram::method::Me;
use crate::telegram::{CallError, Route};

/// The finding about the proxy after the first request; `None` if no proxy is named.
pub(super) async fn proxy(
    route: &Route,
    server: Option<&Url>,
    answer: &Result<Me, CallError>,
) -> Option<Finding> {
    let proxy = match route {
        Route::Direct => return None,
        Route::Loopback => {
            let message = "none: `api_url` is on the loopback interface, which is reached directly";
            return Some(Finding::good("proxy", message));
        }
        Route::Excluded(variable) => {
            let message = format!("none: {} excludes the Bot API server", variable.name());
            return Some(Finding::good("proxy", message));
        }
        Route::Through(proxy) => proxy,
    };
    let shown = format!("{proxy} (from {})", proxy.origin());
    let cause = match answer {
        Err(CallError::NoConnection(cause)) => cause.to_string(),
        // The proxy itself may have given such an answer, or closed the connection.
        Err(error @ CallError::Unclear { .. })
            if server.is_some_and(|server| proxy.forwards(server)) =>
        {
            error.to_string()
        }
        _ => return Some(Finding::good("proxy", format!("{shown}: it answers"))),
    };
    let finding = if let Err(why) = proxy.accepts_connections().await {
        let hint = "start the proxy, or name another one; nothing is lost in the meantime";
        Finding::wrong("proxy", format!("{shown} does not answer: {why}"), hint)
    } else {
        let message = format!(
            "{shown} accepts connections, but does not lead to the Bot API server: {cause}"
        );
        let hint = "check its scheme, user name and password, and what it allows; nothing is lost in the meantime";
        Finding::wrong("proxy", message, hint)
    };
    Some(finding.ending(Exit::Waiting))
}
