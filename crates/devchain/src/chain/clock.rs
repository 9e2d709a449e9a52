//! What time the next block gets.

use tartan_graphene::Time;

use crate::config::BLOCK_INTERVAL;

/// Either follows the wall clock, shifted by time travel, or moves only with the blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Seconds the chain is ahead of the wall clock through time travel; `None` for a clock of its own.
    ahead: Option<i64>,
    /// Seconds to jump over before the next block.
    jump: u32,
    /// Slots without a block before the next block.
    missed: u32,
}

impl Clock {
    pub(crate) fn wall() -> Self {
        Clock {
            ahead: Some(0),
            jump: 0,
            missed: 0,
        }
    }

    pub(crate) fn own() -> Self {
        Clock {
            ahead: None,
            jump: 0,
            missed: 0,
        }
    }

    /// Lets `seconds` pass before the next block, rounded up to whole slots.
    pub(crate) fn increase(&mut self, seconds: u32) {
        self.jump = self.jump.saturating_add(
            seconds
                .div_ceil(BLOCK_INTERVAL)
                .saturating_mul(BLOCK_INTERVAL),
        );
    }

    /// Leaves `slots` without a block before the next block.
    pub(crate) fn miss(&mut self, slots: u32) {
        self.missed = self.missed.saturating_add(slots);
    }

    /// The time of a block after `previous`, without using up what is pending.
    pub(crate) fn peek(&self, previous: Time, wall: u32) -> Time {
        let earliest = u64::from(previous.seconds())
            + u64::from(BLOCK_INTERVAL) * (u64::from(self.missed) + 1);
        let by_wall = self.ahead.map_or(0, |ahead| {
            let shifted = u64::try_from(i64::from(wall) + ahead).unwrap_or(0);
            shifted - shifted % u64::from(BLOCK_INTERVAL)
        });
        let time = earliest.max(by_wall) + u64::from(self.jump);
        // Time::NEVER is no time of a block.
        Time(u32::try_from(time).unwrap_or(u32::MAX - 1))
    }

    /// The time of a block after `previous`; a jump stays in effect for all later blocks.
    pub(crate) fn next(&mut self, previous: Time, wall: u32) -> Time {
        let time = self.peek(previous, wall);
        if let Some(ahead) = &mut self.ahead {
            *ahead += i64::from(self.jump);
        }
        self.jump = 0;
        self.missed = 0;
        time
    }

    /// Makes the next block have this time, rounded up to its slot. False if that is not after `previous`.
    pub(crate) fn set_next(&mut self, previous: Time, wall: u32, time: Time) -> bool {
        self.jump = 0;
        self.missed = 0;
        let target = u64::from(time.seconds()).next_multiple_of(u64::from(BLOCK_INTERVAL));
        if target <= u64::from(previous.seconds()) || target >= u64::from(u32::MAX) {
            return false;
        }
        if let Some(ahead) = &mut self.ahead {
            *ahead = i64::try_from(target).unwrap_or(i64::MAX) - i64::from(wall);
        }
        let natural = u64::from(self.peek(previous, wall).seconds());
        self.jump = u32::try_from(target.saturating_sub(natural)).unwrap_or(u32::MAX);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Time = Time(3000);

    #[test]
    fn follows_the_wall_clock_in_slots() {
        let mut clock = Clock::wall();
        assert_eq!(clock.next(HEAD, 3010), Time(3009));
        assert_eq!(clock.next(HEAD, 2000), Time(3003), "never goes back");
    }

    #[test]
    fn own_clock_steps_with_the_blocks() {
        let mut clock = Clock::own();
        assert_eq!(clock.next(HEAD, 999_999), Time(3003));
    }

    #[test]
    fn a_jump_lasts() {
        let mut clock = Clock::wall();
        clock.increase(100);
        assert_eq!(clock.next(HEAD, 3010), Time(3111));
        assert_eq!(clock.next(Time(3111), 3013), Time(3114));
        assert_eq!(clock.next(Time(3114), 3100), Time(3201));
    }

    #[test]
    fn missed_slots_leave_one_gap() {
        let mut clock = Clock::own();
        clock.miss(2);
        assert_eq!(clock.next(HEAD, 0), Time(3009));
        assert_eq!(clock.next(Time(3009), 0), Time(3012));
    }

    #[test]
    fn next_time_can_be_set() {
        for mut clock in [Clock::own(), Clock::wall()] {
            assert!(clock.set_next(HEAD, 3001, Time(86_401)));
            assert_eq!(clock.next(HEAD, 3001), Time(86_403));
            assert!(!clock.set_next(Time(86_403), 3001, Time(86_403)));
        }
    }
}
