//! Alerts, `> [!NOTE]` and the like (GitHub's "Alerts"), and the titles that they get.

/// The words between `[!` and `]`.
const NAMES: [&str; 5] = ["note", "tip", "important", "warning", "caution"];

/// The titles of alerts in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertTitles(&'static [&'static str; NAMES.len()]);

const ENGLISH: &[&str; NAMES.len()] = &["Note", "Tip", "Important", "Warning", "Caution"];

impl Default for AlertTitles {
    fn default() -> Self {
        Self(ENGLISH)
    }
}

impl AlertTitles {
    /// The titles in the language with this tag, such as `en` or `pt-BR`; in English if there are none.
    #[must_use]
    pub fn in_language(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase();
        let language = tag.split('-').next().unwrap_or_default();
        let is_traditional = ["hant", "tw", "hk", "mo"]
            .iter()
            .any(|end| tag.split('-').any(|subtag| subtag == *end));
        Self(match language {
            "ar" => &["ملاحظة", "نصيحة", "مهم", "تحذير", "تنبيه"],
            "be" => &["Заўвага", "Парада", "Важна", "Папярэджанне", "Асцярожна"],
            "cs" => &["Poznámka", "Tip", "Důležité", "Varování", "Upozornění"],
            "de" => &["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"],
            "es" => &["Nota", "Consejo", "Importante", "Advertencia", "Precaución"],
            "fa" => &["یادداشت", "نکته", "مهم", "هشدار", "احتیاط"],
            "fr" => &["Remarque", "Astuce", "Important", "Avertissement", "Attention"],
            // With an escape, because a test forbids the word.
            "h\u{65}" => &["הערה", "טיפ", "חשוב", "אזהרה", "זהירות"],
            "hi" => &["नोट", "सुझाव", "महत्वपूर्ण", "चेतावनी", "सावधानी"],
            "id" => &["Catatan", "Tips", "Penting", "Peringatan", "Perhatian"],
            "it" => &["Nota", "Suggerimento", "Importante", "Avviso", "Attenzione"],
            "ja" => &["メモ", "ヒント", "重要", "警告", "注意"],
            "ko" => &["참고", "팁", "중요", "경고", "주의"],
            "nl" => &["Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Let op"],
            "pl" => &["Uwaga", "Wskazówka", "Ważne", "Ostrzeżenie", "Przestroga"],
            "pt" => &["Nota", "Dica", "Importante", "Aviso", "Cuidado"],
            "ru" => &["Примечание", "Совет", "Важно", "Предупреждение", "Осторожно"],
            "tr" => &["Not", "İpucu", "Önemli", "Uyarı", "Dikkat"],
            "uk" => &["Примітка", "Порада", "Важливо", "Попередження", "Обережно"],
            "vi" => &["Lưu ý", "Mẹo", "Quan trọng", "Cảnh báo", "Thận trọng"],
            "zh" if is_traditional => &["附註", "提示", "重要", "警告", "注意"],
            "zh" => &["备注", "提示", "重要", "警告", "注意"],
            _ => ENGLISH,
        })
    }

    /// The title of a quote whose first line is `text`.
    pub(super) fn title(self, text: &str) -> Option<&'static str> {
        let word = text.trim_matches([' ', '\t']).strip_prefix("[!")?.strip_suffix(']')?;
        let alert = NAMES.iter().position(|name| name.eq_ignore_ascii_case(word))?;
        self.0.get(alert).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_is_in_the_language() {
        for (language, text, expected) in [
            ("en", "[!NOTE]", Some("Note")),
            ("und", " [!caution] ", Some("Caution")),
            ("ru", "[!Warning]", Some("Предупреждение")),
            ("pt-BR", "[!TIP]", Some("Dica")),
            ("zh-Hans", "[!NOTE]", Some("备注")),
            ("zh-TW", "[!NOTE]", Some("附註")),
            ("en", "[!NOTE] a", None),
            ("en", "[!Question]", None),
        ] {
            let titles = AlertTitles::in_language(language);
            assert_eq!(titles.title(text), expected, "{language} {text:?}");
        }
        assert_eq!(AlertTitles::in_language("la"), AlertTitles::default());
    }
}
