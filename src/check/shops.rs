//! Links to shops and to payment, which a government site must not carry (domain.md L07).

use crate::report::{Finding, Place, Text, codes, displayable};

/// Hosts of shops and of payment; what ends with them is theirs too.
const SHOPS: [&str; 31] = [
    "taobao.com",
    "tmall.com",
    "tmall.hk",
    "tb.cn",
    "jd.com",
    "jd.hk",
    "jd.co.th",
    "3.cn",
    "pinduoduo.com",
    "yangkeduo.com",
    "pdd.cn",
    "weidian.com",
    "koudai.com",
    "youzan.com",
    "koudaitong.com",
    "1688.com",
    "suning.com",
    "vip.com",
    "dangdang.com",
    "kaola.com",
    "gome.com.cn",
    "amazon.cn",
    "yhd.com",
    "alipay.com",
    "alipay.cn",
    "alipayobjects.com",
    "tenpay.com",
    "wxpay.com",
    "pay.weixin.qq.com",
    "95516.com",
    "unionpay.com",
];

/// Whether `host` belongs to a shop or to a payment service.
pub fn is_shop(host: &str) -> bool {
    SHOPS.iter().any(|shop| host.strip_suffix(shop).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// L07 for a link to `host`, where it is one of those.
pub fn told(host: &str, place: &Place) -> Option<Finding> {
    is_shop(host).then(|| Finding::new(&codes::L07, place.clone(), text(host)))
}

/// What is said of a link to `host`.
pub fn text(host: &str) -> Text {
    let host = displayable(host);
    Text::new(
        format!("链接指向购物或支付网站“{host}”，政府网站不能有这样的链接。请删掉，或换成介绍情况的页面。"),
        format!("The link leads to the shop or payment site `{host}`, which a government site must not carry."),
    )
}

#[cfg(test)]
mod tests {
    use super::is_shop;

    #[test]
    fn l07_hosts_and_their_neighbours() {
        assert!(is_shop("item.taobao.com") && is_shop("weidian.com") && is_shop("mobile.yangkeduo.com"));
        assert!(!is_shop("notjd.com") && !is_shop("taobao.com.gov.cn") && !is_shop("www.chinajd.com"));
    }
}
