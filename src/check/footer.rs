//! The identifiers a government site carries (domain.md M06, F01–F03). What is merely missing matters only before
//! handing over, so that part is checked for production.

use crate::model::Config;
use crate::report::{Finding, Profile, Report, Text, codes, displayable};

/// Checks the footer and the site code.
pub fn check(config: &Config, profile: Profile, report: &mut Report) {
    code(config, profile, report);
    filings(config, report);
    if profile == Profile::Production {
        complete(config, report);
    }
}

fn code(config: &Config, profile: Profile, report: &mut Report) {
    let Some(code) = &config.portal.site_id_code else { return };
    let place = config.site_id_code_at.clone();
    if !is_site_code(code) {
        let text = Text::new(
            format!("网站标识码“{}”不合规，应为 10 位数字，或 bm 加 8 位数字。", displayable(code)),
            format!("The site code `{}` is malformed: ten digits, or bm and eight digits.", displayable(code)),
        );
        report.add(Finding::new(&codes::M06, place, text));
    } else if profile == Profile::Production && is_placeholder(code) {
        let text = Text::new(
            format!("网站标识码“{code}”是示例，正式发布前要换成本单位的标识码。"),
            format!("The site code `{code}` is a placeholder; replace it before publishing."),
        );
        report.add(Finding::new(&codes::F03, place, text));
    }
}

/// `bm` and eight digits, or ten digits.
fn is_site_code(code: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    digits(code, 10) || code.strip_prefix("bm").is_some_and(|rest| digits(rest, 8))
}

fn is_placeholder(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let same = digits.windows(2).all(|pair| pair[0] == pair[1]);
    text.contains("示例") || same || text.ends_with("1234567890") || text.ends_with("12345678")
}

fn filings(config: &Config, report: &mut Report) {
    let footer = &config.footer;
    if let Some(icp) = footer.icp.as_ref().filter(|icp| !icp.contains("示例") && !is_icp(icp)) {
        let text = Text::new(
            format!("ICP 备案号“{}”写法不对，应像“晋ICP备12345678号-1”这样。", displayable(icp)),
            format!("The ICP number `{}` is malformed.", displayable(icp)),
        );
        report.add(Finding::new(&codes::F02, config.icp_at.clone(), text));
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    if let Some(police) = footer.police.as_ref().filter(|text| !text.contains("示例") && digits(text) != 14) {
        let text = Text::new(
            format!("公安备案号“{}”应有 14 位数字。", displayable(police)),
            format!("The public security number `{}` should have 14 digits.", displayable(police)),
        );
        report.add(Finding::new(&codes::F02, config.police_at.clone(), text));
    }
}

/// One Han character, `ICP备`, 8 to 10 digits, `号`, and perhaps `-` with digits.
fn is_icp(text: &str) -> bool {
    let mut chars = text.chars();
    if chars.next().is_none_or(|c| c.is_ascii()) {
        return false;
    }
    let Some(rest) = chars.as_str().strip_prefix("ICP备") else { return false };
    let Some((number, tail)) = rest.split_once('号') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let tail_ok = tail.is_empty() || tail.strip_prefix('-').is_some_and(digits);
    (8..=10).contains(&number.len()) && digits(number) && tail_ok
}

fn complete(config: &Config, report: &mut Report) {
    let footer = &config.footer;
    let parts = [
        (footer.contact.is_some() || config.bureau.contact.is_some(), "联系方式", "contact"),
        (config.portal.site_id_code.is_some(), "网站标识码", "site code"),
        (footer.icp.is_some(), "ICP 备案号", "ICP number"),
        (footer.police.is_some(), "公安备案号", "public security number"),
        (footer.party_mark_url.is_some(), "党政机关网站标识", "party and government mark"),
        (footer.correction_url.is_some(), "网站找错入口", "correction entry"),
    ];
    let missing: Vec<_> = parts.into_iter().filter(|(there, ..)| !there).collect();
    if !missing.is_empty() {
        let zh = missing.iter().map(|part| part.1).collect::<Vec<_>>().join("、");
        let en = missing.iter().map(|part| part.2).collect::<Vec<_>>().join(", ");
        let text = Text::new(
            format!("页脚还缺少：{zh}。正式发布前要在 site.yaml 里补齐。"),
            format!("The footer lacks: {en}."),
        );
        report.add(Finding::new(&codes::F01, config.footer_at.clone(), text));
    }
    let filings = [("ICP 备案号", &footer.icp, &config.icp_at), ("公安备案号", &footer.police, &config.police_at)];
    for (name, value, place) in filings {
        if value.as_ref().is_some_and(|value| value.contains("示例")) {
            let text = Text::new(
                format!("{name}还是示例，正式发布前要换成真实编号。"),
                format!("{name}: still a placeholder."),
            );
            report.add(Finding::new(&codes::F03, place.clone(), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m06_and_f02_forms() {
        assert!(is_site_code("1408000000") && is_site_code("bm12345678"));
        assert!(!is_site_code("14000") && !is_site_code("bm1234"));
        assert!(is_icp("晋ICP备12345678号") && is_icp("晋ICP备12345678号-1"));
        assert!(!is_icp("晋ICP备123号") && !is_icp("ICP备12345678号"));
        assert!(is_placeholder("0000000000") && is_placeholder("示例-0000") && !is_placeholder("1408000012"));
    }
}
