//! The columns of a table of open days: the keys of an open day laid flat, one line each.

use crate::load::fields::{Field, Kind};
use crate::load::table::{Cell, Table};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable, nearest};

/// One column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Its name in the header of a table.
    pub zh: &'static str,
    /// The same in English.
    pub key: &'static str,
    /// The key of an open day that it fills, and the key inside that one.
    pub path: &'static [&'static str],
}

const fn of_key(zh: &'static str, key: &'static str, path: &'static [&'static str]) -> Column {
    Column { zh, key, path }
}

/// Every column, in the order in which `site new` and the export of open days write them.
pub const COLUMNS: &[Column] = &[
    of_key("网址名", "slug", &["slug"]),
    of_key("标题", "title", &["title"]),
    of_key("活动", "campaign", &["campaign"]),
    of_key("机构", "institution", &["institution"]),
    of_key("日期", "date", &["sessions", "date"]),
    of_key("开始", "start", &["sessions", "start"]),
    of_key("结束", "end", &["sessions", "end"]),
    of_key("名额", "capacity", &["sessions", "capacity"]),
    of_key("余位", "left", &["sessions", "left"]),
    of_key("原定日期", "planned", &["sessions", "planned"]),
    of_key("时间说明", "date_text", &["date_text"]),
    of_key("地区", "region", &["region"]),
    of_key("地址", "address", &["address"]),
    of_key("纬度", "lat", &["geo", "lat"]),
    of_key("经度", "lon", &["geo", "lon"]),
    of_key("坐标系", "datum", &["geo", "datum"]),
    of_key("预约方式", "booking_method", &["booking", "method"]),
    of_key("预约电话", "booking_phone", &["booking", "phone"]),
    of_key("预约网址", "booking_url", &["booking", "url"]),
    of_key("预约截止", "booking_deadline", &["booking", "deadline"]),
    of_key("活动项目", "programme", &["programme"]),
    of_key("面向人群", "audience", &["audience"]),
    of_key("云参观", "online_url", &["online_url"]),
    of_key("无障碍", "accessibility", &["accessibility"]),
    of_key("携带物品", "bring", &["bring"]),
    of_key("状态", "status", &["status"]),
    of_key("状态说明", "status_note", &["status_note"]),
    of_key("联系人", "contact_name", &["contact", "name"]),
    of_key("联系职责", "contact_role", &["contact", "role"]),
    of_key("联系电话", "contact_phone", &["contact", "phone"]),
    of_key("联系邮箱", "contact_email", &["contact", "email"]),
    of_key("主办单位", "organizer", &["organizer"]),
    of_key("来源", "source", &["source"]),
    of_key("摘要", "summary", &["summary"]),
    of_key("发布时间", "published", &["published"]),
    of_key("更新时间", "updated", &["updated"]),
    of_key("公开日期", "publish", &["publish"]),
    of_key("失效日期", "expires", &["expires"]),
    of_key("草稿", "draft", &["draft"]),
];

/// Columns that are passed over: those that offices keep for themselves, and those that our own CSV adds for people.
pub const IGNORED: [&str; 6] = ["序号", "备注", "机构名称", "网址", "no.", "remarks"];

impl Column {
    /// The field it fills.
    pub fn field(&self) -> &'static Field {
        let of = |key: &str| Kind::OpenDay.fields().find(|field| field.key == key).expect("a column names a field");
        let outer = of(self.path[0]);
        match self.path.get(1) {
            Some(key) => outer.inner().iter().find(|field| field.key == *key).expect("a column names an inner field"),
            None => outer,
        }
    }

    /// Whether a table without it can hold no open day.
    pub fn is_required(&self) -> bool {
        self.path.len() == 1 && self.field().required
    }
}

/// The column of every cell of the header, none where it is passed over; none when a row could not be read by them.
pub(super) fn of(
    path: &SourcePath,
    text: &str,
    table: &Table,
    report: &mut Report,
) -> Option<Vec<Option<&'static Column>>> {
    let header = Header { path, text, table };
    let columns: Vec<Option<&'static Column>> = table.header.cells.iter().map(|cell| known(&cell.text)).collect();
    let mut sound = true;
    for (at, cell) in table.header.cells.iter().enumerate() {
        let finding = match columns[at] {
            Some(column) => columns[..at].contains(&Some(column)).then(|| header.doubled(cell)),
            None if cell.text.is_empty() => header.nameless(at),
            None if is_ignored(&cell.text) => None,
            None => Some(header.unknown(cell)),
        };
        sound &= finding.as_ref().is_none_or(|finding| finding.code == &codes::E115);
        report.extend(finding);
    }
    let missing = header.missing(&columns);
    sound &= missing.is_none();
    report.extend(missing);
    sound.then_some(columns)
}

/// The column called `name`, in Chinese or English, with or without a remark in brackets or an asterisk.
fn known(name: &str) -> Option<&'static Column> {
    let name = plain(name);
    COLUMNS.iter().find(|column| column.zh == name || column.key.replace('_', "") == name)
}

fn is_ignored(name: &str) -> bool {
    IGNORED.contains(&plain(name).as_str())
}

fn plain(name: &str) -> String {
    let name = name.split(['（', '(']).next().unwrap_or_default();
    let kept = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

struct Header<'a> {
    path: &'a SourcePath,
    text: &'a str,
    table: &'a Table,
}

impl Header<'_> {
    fn place(&self, cell: &Cell) -> Place {
        Place::at(self.path, cell.span(self.text))
    }

    fn unknown(&self, cell: &Cell) -> Finding {
        let shown = displayable(&cell.text);
        let names = COLUMNS.iter().flat_map(|column| [column.zh, column.key]);
        let near = nearest(&plain(&cell.text), names);
        let (zh, en) = near.map_or((String::new(), String::new()), |near| {
            (format!("你是不是想写“{near}”？"), format!(" Did you mean `{near}`?"))
        });
        let list = COLUMNS.iter().map(|column| column.zh).collect::<Vec<_>>().join("、");
        let keys = COLUMNS.iter().map(|column| column.key).collect::<Vec<_>>().join(", ");
        let message = Text::new(
            format!("表头里的“{shown}”不认识，这一列没有读。{zh}"),
            format!("Unknown column `{shown}`; it was not read.{en}"),
        );
        let hint = Text::new(
            format!("可用的列：{list}。不公开的内容请写在“备注”一列。"),
            format!("Columns: {keys}. What is not for the public goes into a column `remarks`."),
        );
        let line = near.map(|near| cell.span(self.text).with(near));
        Finding::new(&codes::E115, self.place(cell), message).fixes(line).hint(hint)
    }

    fn doubled(&self, cell: &Cell) -> Finding {
        let shown = displayable(&cell.text);
        let message = Text::new(
            format!("表头里“{shown}”一列写了两次，这个表格没有读。请删掉一列，或改成别的列名。"),
            format!("The column `{shown}` stands twice in the header; the table was not read. Delete one."),
        );
        Finding::new(&codes::E129, self.place(cell), message)
    }

    /// Something below a header that is empty.
    fn nameless(&self, at: usize) -> Option<Finding> {
        let row = self.table.rows.iter().find(|row| !row.cells[at].text.is_empty())?;
        let (column, number) = (at + 1, row.number);
        let message = Text::new(
            format!("第 {column} 列没有表头，第 {number} 行却写了内容，这个表格没有读。请在表头补上列名。"),
            format!("Column {column} has no name but row {number} fills it; the table was not read. Name it."),
        );
        let finding = Finding::new(&codes::E159, self.place(&row.cells[at]), message);
        Some(finding.related(self.place(&self.table.header.cells[at])))
    }

    /// E116 for the columns without which there is no open day.
    fn missing(&self, columns: &[Option<&'static Column>]) -> Option<Finding> {
        let has = |key: &str| columns.iter().flatten().any(|column| column.key == key);
        let mut missing: Vec<&Column> =
            COLUMNS.iter().filter(|column| column.is_required() && !has(column.key)).collect();
        if !has("date") && !has("date_text") {
            missing.extend(COLUMNS.iter().find(|column| column.key == "date"));
        }
        if missing.is_empty() {
            return None;
        }
        let zh = missing.iter().map(|column| format!("“{}”", column.zh)).collect::<Vec<_>>().join("、");
        let en = missing.iter().map(|column| format!("`{}`", column.key)).collect::<Vec<_>>().join(", ");
        let message = Text::new(
            format!("表头缺少{zh}，这个表格没有读。"),
            format!("The header lacks {en}; the table was not read."),
        );
        let place = self.table.header.cells.first().map_or_else(|| Place::file(self.path), |cell| self.place(cell));
        Some(Finding::new(&codes::E116, place, message))
    }
}
