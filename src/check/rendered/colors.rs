//! Colours as style sheets write them, and how well one can be read on another (WCAG 2.1, 1.4.3).

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Color([u8; 3]);

impl Color {
    /// Reads `#rgb`, `#rrggbb`, `rgb(…)` without transparency, and the names everybody uses.
    pub fn read(text: &str) -> Option<Color> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(hex) = text.strip_prefix('#') {
            let digits: Vec<u8> = hex.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
            return match digits[..] {
                [r, g, b] | [r, g, b, 15] => Some(Color([r * 17, g * 17, b * 17])),
                [r, s, g, h, b, c] | [r, s, g, h, b, c, 15, 15] => Some(Color([r * 16 + s, g * 16 + h, b * 16 + c])),
                _ => None,
            };
        }
        if let Some(inner) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
            let parts: Vec<u8> = inner
                .split([',', ' '])
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().ok())
                .collect::<Option<_>>()?;
            return parts.try_into().ok().map(Color);
        }
        let named = [
            ("white", [255, 255, 255]),
            ("black", [0, 0, 0]),
            ("red", [255, 0, 0]),
            ("green", [0, 128, 0]),
            ("blue", [0, 0, 255]),
            ("yellow", [255, 255, 0]),
            ("orange", [255, 165, 0]),
            ("gray", [128, 128, 128]),
            ("grey", [128, 128, 128]),
            ("silver", [192, 192, 192]),
            ("navy", [0, 0, 128]),
            ("gold", [255, 215, 0]),
        ];
        named.iter().find(|(name, _)| *name == text).map(|(_, color)| Color(*color))
    }

    /// White.
    pub const WHITE: Color = Color([255, 255, 255]);

    /// From 1 to 21.
    pub fn contrast(self, other: Color) -> f64 {
        let (a, b) = (self.light(), other.light());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn light(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0;
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    /// The same hue, as dark as it must be to be read on white.
    pub fn darkened(self, least: f64) -> Color {
        let mut color = self;
        while color.contrast(Color::WHITE) < least {
            color = Color(color.0.map(|part| part.saturating_sub(part / 20 + 1)));
        }
        color
    }

    /// `#rrggbb`
    pub fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02X}{g:02X}{b:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let on_white = |text: &str| Color::read(text).unwrap().contrast(Color::WHITE);
        assert!((on_white("#F2C14E") - 1.68).abs() < 0.02);
        assert!((on_white("#000") - 21.0).abs() < 0.001);
        assert!((on_white("rgb(46, 125, 50)") - 5.1).abs() < 0.1);
        assert!(Color::read("#12345680").is_none() && Color::read("currentColor").is_none());
        let dark = Color::read("#F2C14E").unwrap().darkened(4.5);
        assert!(dark.contrast(Color::WHITE) >= 4.5);
    }
}
