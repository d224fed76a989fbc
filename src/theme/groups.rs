//! The filter `group_by` with its groups in the order in which the list first comes to them. Tera's own holds them in an
//! unordered map, so that a page that goes through them was another one at every build.

use std::collections::BTreeMap;

use tera::value::Key;
use tera::{Error, Kwargs, Map, State, TeraResult, Value};

/// The values of `list` by what each has at the path `attribute`; those that have none there are left out. An error where
/// a value has no such path, or has something there that cannot be a key.
pub(super) fn group_by(list: &[Value], kwargs: Kwargs, _: &State) -> TeraResult<Map> {
    let attribute = kwargs.must_get::<&str>("attribute")?;
    let mut places = BTreeMap::new();
    let mut groups: Vec<(Key, Vec<Value>)> = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let found = value.get_from_path(attribute).ok_or_else(|| {
            Error::message(format!("The value at index {index} has nothing at the path `{attribute}`"))
        })?;
        if found.is_none() {
            continue;
        }
        let key = key(found).ok_or_else(|| {
            let kind = found.name();
            Error::message(format!("The value at index {index} has a {kind} at the path `{attribute}`: not a key"))
        })?;
        let place = *places.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(value.clone()),
            None => groups.push((key, vec![value.clone()])),
        }
    }
    Ok(groups.into_iter().map(|(key, group)| (key, group.into())).collect())
}

fn key(value: &Value) -> Option<Key<'static>> {
    if let Some(text) = value.as_str() {
        return Some(Key::String(text.into()));
    }
    if let Some(is) = value.as_bool() {
        return Some(Key::Bool(is));
    }
    if value.is_u64() {
        return value.as_u64().map(Key::U64);
    }
    if value.is_i64() { value.as_i64().map(Key::I64) } else { None }
}

#[cfg(test)]
mod tests {
    use tera::{Context, Tera};

    fn shown(template: &str, list: serde_json::Value) -> Result<String, String> {
        let mut tera = Tera::new();
        tera.register_filter("group_by", super::group_by);
        tera.add_raw_template("a", template).unwrap();
        let context = Context::from_serialize(&serde_json::json!({ "all": list })).unwrap();
        tera.render("a", &context).map_err(|error| error.to_string())
    }

    #[test]
    fn groups_stand_in_the_order_of_the_list() {
        let of = |key: &str, n: i32| serde_json::json!({ "of": { "key": key }, "n": n });
        let list: Vec<_> =
            ["戊", "甲", "戊", "丁", "乙", "丙", "甲"].iter().zip(1..).map(|(key, n)| of(key, n)).collect();
        let template = "{% for key, group in all | group_by(attribute=\"of.key\") %}{{ key }}\
                        {% for one in group %}{{ one.n }}{% endfor %};{% endfor %}";
        assert_eq!(shown(template, list.into()).unwrap(), "戊13;甲27;丁4;乙5;丙6;");
        assert_eq!(shown(template, serde_json::json!([])).unwrap(), "");
    }

    #[test]
    fn numbers_and_truth_are_keys_and_nothing_is_left_out() {
        let list = serde_json::json!([{ "k": 2026 }, { "k": -1 }, { "k": true }, { "k": null }, { "k": 2026 }]);
        let template =
            "{% for key, group in all | group_by(attribute=\"k\") %}{{ key }}×{{ group | length }};{% endfor %}";
        assert_eq!(shown(template, list).unwrap(), "2026×2;-1×1;true×1;");
    }

    #[test]
    fn what_cannot_be_a_key_is_an_error() {
        let template = "{{ all | group_by(attribute=\"k\") | length }}";
        let told = |list| shown(template, list).unwrap_err();
        assert!(told(serde_json::json!([{ "k": 1 }, { "n": 1 }])).contains("index 1"));
        assert!(told(serde_json::json!([{ "k": [1] }])).contains("array"));
        assert!(told(serde_json::json!([{ "k": 1.5 }])).contains("index 0"));
    }
}
