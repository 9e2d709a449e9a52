/// Settings of bignumber.js that decide results. They changed with the height of the chain.
///
/// Division, square root and negative powers keep `decimal_places` and round half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// `DECIMAL_PLACES`.
    pub decimal_places: u32,
    /// `RANGE`: a number whose first digit is farther than this many places from the units digit becomes infinite or
    /// zero.
    pub range: u32,
}

impl Config {
    /// 20 decimal places, range 500: what new networks use, and Hive since block 55039841.
    pub const STANDARD: Config = Config {
        decimal_places: 20,
        range: 500,
    };
    /// 20 decimal places and the library's own range: before that block.
    pub const WIDE: Config = Config {
        decimal_places: 20,
        range: 10_000_000,
    };
    /// 3 decimal places and the library's own range: within actions up to block 33719500.
    pub const THREE_PLACES: Config = Config {
        decimal_places: 3,
        range: 10_000_000,
    };
}

impl Default for Config {
    fn default() -> Config {
        Config::STANDARD
    }
}
