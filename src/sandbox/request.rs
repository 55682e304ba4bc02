//! Reads the parameters of an HTTP request: query, URL-encoded form, multipart or JSON; it knows no method.

use axum::body::{self, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;

use super::params::Params;
use super::refusal::ApiRefusal;
use crate::limits;

/// Reads the parameters of `request` from its query and its body. The content type names the form of the body; without one
/// the body is ignored.
pub(super) async fn params(request: Request) -> Result<Params, ApiRefusal> {
    let mut params = Params::default();
    params.add_form(request.uri().query().unwrap_or("").as_bytes());
    let kind =
        request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => {
            let bytes = bytes(request).await?;
            std::str::from_utf8(&bytes).map_err(|_| ApiRefusal::NotUtf8)?;
            params.add_json(&bytes)?;
        }
        "application/x-www-form-urlencoded" => params.add_form(&bytes(request).await?),
        "multipart/form-data" => multipart(request, &mut params).await?,
        _ => {
            bytes(request).await?;
        }
    }
    Ok(params)
}

async fn bytes(request: Request) -> Result<Bytes, ApiRefusal> {
    // `to_bytes` fails past the limit, and when the client disconnects; then no answer is needed.
    body::to_bytes(request.into_body(), limits::SANDBOX_BODY_BYTES)
        .await
        .map_err(|_| ApiRefusal::TooLarge)
}

async fn multipart(request: Request, params: &mut Params) -> Result<(), ApiRefusal> {
    let unreadable = |error: axum::extract::multipart::MultipartError| match error.status().as_u16()
    {
        413 => ApiRefusal::TooLarge,
        _ => ApiRefusal::Unreadable(error.body_text()),
    };
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| ApiRefusal::Unreadable(error.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or("").to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(unreadable)?;
        if !is_file {
            let value = String::from_utf8(bytes.to_vec()).map_err(|_| ApiRefusal::NotUtf8)?;
            params.add(name, value);
        }
    }
    Ok(())
}
