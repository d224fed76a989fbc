//! The parts of the work by name, for those who want to know where the time goes (`site build --timings`). The stages
//! themselves know no clock: they only say that they have passed.

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// What an earlier build kept is taken up.
    Recall,
    /// Files are listed, read and decoded, and headers split off.
    Read,
    /// Pages are composed: bodies parsed, fields typed, references resolved.
    Model,
    /// Rules that look at the site as a whole, and at links.
    Check,
    /// The theme is loaded and its templates are parsed.
    Theme,
    /// The outputs are planned.
    Plan,
    /// The output folder is looked at.
    Look,
    /// Outputs are made, and written where they differ.
    Make,
    /// Everything is on the disk.
    Sync,
    /// The new site stands.
    Publish,
    /// What the next build can use is kept.
    Keep,
}

impl Stage {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Recall => "recall",
            Stage::Read => "read",
            Stage::Model => "model",
            Stage::Check => "check",
            Stage::Theme => "theme",
            Stage::Plan => "plan",
            Stage::Look => "look",
            Stage::Make => "make",
            Stage::Sync => "sync",
            Stage::Publish => "publish",
            Stage::Keep => "keep",
        }
    }

    /// The words for people.
    pub fn text(self) -> super::Text {
        let (zh, en) = match self {
            Stage::Recall => ("取出上次的记录", "recalling"),
            Stage::Read => ("读取稿件", "reading"),
            Stage::Model => ("整理内容", "composing"),
            Stage::Check => ("检查", "checking"),
            Stage::Theme => ("加载主题", "loading the theme"),
            Stage::Plan => ("安排页面", "planning"),
            Stage::Look => ("核对输出文件夹", "looking at the output"),
            Stage::Make => ("生成页面和海报", "making outputs"),
            Stage::Sync => ("写入磁盘", "syncing"),
            Stage::Publish => ("换成新网站", "publishing"),
            Stage::Keep => ("留存记录", "keeping records"),
        };
        super::Text::new(zh, en)
    }
}
