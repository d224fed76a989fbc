//! Pictures of maps, emblems, certification marks and seals, which may not be shown without more ado (domain.md I01 to
//! I04). What a picture shows is judged by its words and its file name alone; a word that only belongs to the scene,
//! such as people who look at a map, passes.

use super::pictures::Shown;
use crate::model::Page;
use crate::report::{Code, Finding, Text, codes};

/// I01 to I04; one picture is one of these.
pub fn restricted(page: &Page, picture: &Shown) -> Option<Finding> {
    let find =
        |code: &'static Code, zh: &str, en: &str| Some(Finding::new(code, picture.place.clone(), Text::new(zh, en)));
    let words = Words::of(picture);
    if words.is_map() && !picture.caption.contains("审图号") && !picture.alt.contains("审图号") {
        return find(
            &codes::I01,
            "这像是一幅地图，没有写审图号。请用自然资源部门的标准地图，并在“图注”里写上审图号；只是位置示意图、路线图的，请在文字说明里写明。",
            "This looks like a map without its approval number (审图号); use a standard map and name the number in the caption.",
        );
    }
    if words.is_mark() && page.mark_permission.is_none() {
        return find(
            &codes::I03,
            "这像是认证标志的图案。没有获得认证或授权的，不能使用；可以使用的，请在信息栏写上“标志授权”（mark_permission），例如证书编号。",
            "This looks like a certification mark; it may be shown only with a right to it, named in `mark_permission`.",
        );
    }
    if words.is_emblem() {
        return find(
            &codes::I02,
            "这张图片用了国旗、国徽或党徽。网页上不要拿来作装饰，除非法律规定应当使用。请核对，能换的换一张。",
            "The picture shows a flag or emblem of state or party, which is no ornament; use another unless the law wants it.",
        );
    }
    if words.has_seal() {
        return find(
            &codes::I04,
            "这张图片上有公章。清晰的印章图案容易被人复制冒用，请换成没有盖章的版本，或者直接发布文字。",
            "The picture shows an official seal, which others could copy; use a version without it, or publish the text.",
        );
    }
    None
}

/// What alternative text and file name say.
struct Words<'p> {
    /// Without brackets at its end and `插画：` in front.
    alt: &'p str,
    /// The file's name without its extension, in small letters.
    stem: String,
}

impl<'p> Words<'p> {
    fn of(picture: &Shown<'p>) -> Words<'p> {
        let alt = picture.alt.trim();
        let alt = alt.rsplit_once(['：', ':']).map_or(alt, |(_, rest)| rest).trim();
        let alt = alt.split(['（', '(']).next().unwrap_or_default().trim_end_matches('。').trim();
        let name = picture.file.file_name();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
        Words { alt, stem }
    }

    /// Whether the name consists of parts among which `word` is one: `shanxi-map`, not `roadmap`.
    fn names(&self, word: &str) -> bool {
        self.stem.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
    }

    /// A map of some country; simple plans need no number.
    fn is_map(&self) -> bool {
        const PLANS: [&str; 11] =
            ["示意", "路线", "交通", "位置", "街道", "导航", "导览", "乘车", "平面", "楼层", "思维"];
        const SCENES: [&str; 9] = ["群众", "人员", "学生", "讲解", "查看", "对照", "展示", "介绍", "墙"];
        let is_plan = |text: &str| PLANS.iter().any(|word| text.contains(word));
        if is_plan(self.alt)
            || is_plan(&self.stem)
            || ["icon", "marker", "pin", "route", "road"].iter().any(|w| self.names(w))
        {
            return false;
        }
        let named =
            self.stem.contains("地图") || self.stem.contains("区划图") || self.names("map") || self.names("ditu");
        let ends = ["地图", "区划图", "行政区图"].iter().any(|word| self.alt.ends_with(word));
        named || ends && !SCENES.iter().any(|word| self.alt.contains(word))
    }

    /// The picture is the mark itself: nothing but its name stands in the words.
    fn is_mark(&self) -> bool {
        const MARKS: [&str; 9] =
            ["有机产品", "有机", "绿色产品", "绿色食品", "资质认定", "强制性产品", "cma", "cnas", "ccc"];
        const ENDS: [&str; 6] = ["标志", "标识", "标记", "logo", "图标", "徽标"];
        let is_name = |text: &str| {
            let text = text.strip_prefix("中国").unwrap_or(text);
            let text = ["图案", "图样", "图片"].iter().find_map(|tail| text.strip_suffix(tail)).unwrap_or(text);
            let Some(text) = ENDS.iter().find_map(|end| text.strip_suffix(end)) else { return false };
            let text = text.trim_matches([' ', '-', '_', '的']);
            let text = text.strip_suffix("认证").filter(|rest| !rest.is_empty()).unwrap_or(text);
            MARKS.contains(&text)
        };
        let acronym = ["cma", "cnas", "ccc"].iter().any(|mark| self.names(mark));
        let drawn = ["logo", "mark", "biaozhi", "biaoshi"].iter().any(|word| self.names(word));
        let bare = ["cma", "cnas", "ccc"].contains(&self.stem.as_str());
        is_name(&self.alt.to_lowercase()) || is_name(&self.stem) || bare || acronym && drawn
    }

    /// `guoqi` is also 国企 and 过期, so that the name of the flag counts only in Chinese.
    fn is_emblem(&self) -> bool {
        let emblem = |text: &str| ["国徽", "党徽"].iter().any(|word| text.contains(word));
        let flag =
            |text: &str| text.contains("国旗") && !["升国旗", "国旗下", "国旗班"].iter().any(|w| text.contains(w));
        let named = self.names("guohui") || self.names("danghui");
        named || [self.alt, &self.stem].into_iter().any(|text| emblem(text) || flag(text))
    }

    fn has_seal(&self) -> bool {
        self.names("gongzhang") || self.alt.contains("公章") || self.stem.contains("公章")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Place, SourcePath};

    fn words<'a>(alt: &'a str, file: &'a SourcePath) -> Words<'a> {
        let place = Place::file(file);
        Words::of(&Shown { file, alt, caption: "", place: place.clone(), alt_at: place })
    }

    fn judged(alt: &str, file: &str) -> [bool; 4] {
        let file = SourcePath::new(format!("content/pages/{file}"));
        let words = words(alt, &file);
        [words.is_map(), words.is_emblem(), words.is_mark(), words.has_seal()]
    }

    #[test]
    fn i01_to_i04_what_is_told() {
        for (alt, file) in [("山西省地图", "a.png"), ("全省获证企业分布", "山西地图.png"), ("分布", "shanxi-map.png")]
        {
            assert_eq!(judged(alt, file), [true, false, false, false], "{alt} {file}");
        }
        for (alt, file) in [("国徽", "a.png"), ("横幅", "guohui-banner.png"), ("国旗飘扬", "a.png"), ("党徽", "a.png")]
        {
            assert_eq!(judged(alt, file), [false, true, false, false], "{alt} {file}");
        }
        for (alt, file) in [
            ("CMA标志", "a.png"),
            ("中国有机产品认证标志图案", "a.png"),
            ("绿色产品标识", "a.png"),
            ("标志", "cma-logo.png"),
            ("资质", "CNAS.png"),
            ("插画：绿色食品标志", "a.png"),
        ] {
            assert_eq!(judged(alt, file), [false, false, true, false], "{alt} {file}");
        }
        for (alt, file) in [("加盖公章的通知", "a.png"), ("扫描件", "gongzhang.png")] {
            assert_eq!(judged(alt, file), [false, false, false, true], "{alt} {file}");
        }
    }

    #[test]
    fn i01_to_i04_what_passes() {
        for (alt, file) in [
            ("检验所位置示意图", "map.png"),
            ("乘车路线图", "route-map.png"),
            ("工作人员对照地图安排检查", "a.png"),
            ("消费者用手机查看地图", "a.png"),
            ("工作思维导图", "mindmap.png"),
            ("工作人员教群众辨认有机产品标志", "a.png"),
            ("学生在看绿色产品标识展板", "biaozhi-zhanban.png"),
            ("过期食品", "guoqi-shipin.png"),
            ("学校举行升国旗仪式", "a.png"),
            ("篆刻社的印章展", "yinzhang.png"),
            ("实验室里的天平", "cma-lab-balance.png"),
        ] {
            assert_eq!(judged(alt, file), [false; 4], "{alt} {file}");
        }
    }
}
