/** Days that no set of numbers names: the last one, the working day nearest to the 15th, the second Friday. */
export interface SpecialDays {
  /** So many days before the last of the month; 0 for `L`, 3 for `L-3`. */
  readonly beforeLast: readonly number[];
  /** `LW`: the last Monday to Friday of the month. */
  readonly lastWorkday: boolean;
  /** `15W`: the Monday to Friday that is nearest to that day, within the month. */
  readonly nearestWorkday: readonly number[];
  /** `5#2`: the second Friday. Sunday is 0. */
  readonly nthWeekday: readonly (readonly [weekday: number, nth: number])[];
  /** `5L`: the last Friday. */
  readonly lastWeekday: readonly number[];
}

/** Whether the day-of-month field names the day by one of its special words. */
export function isSpecialDayOfMonth(special: SpecialDays, day: Temporal.PlainDate): boolean {
  const { daysInMonth } = day;
  return (
    special.beforeLast.includes(daysInMonth - day.day) ||
    (special.lastWorkday && day.day === nearestWorkday(daysInMonth, day)) ||
    special.nearestWorkday.some((wanted) => wanted <= daysInMonth && day.day === nearestWorkday(wanted, day))
  );
}

/** Whether the day-of-week field does. */
export function isSpecialWeekday(special: SpecialDays, day: Temporal.PlainDate): boolean {
  const weekday = day.dayOfWeek % 7;
  const nth = Math.ceil(day.day / 7);
  return (
    special.nthWeekday.some(([wanted, count]) => wanted === weekday && count === nth) ||
    (special.lastWeekday.includes(weekday) && day.day + 7 > day.daysInMonth)
  );
}

/** Saturday gives way to the Friday before, Sunday to the Monday after, unless that is in another month. */
function nearestWorkday(wanted: number, { year, month, daysInMonth }: Temporal.PlainDate): number {
  const weekday = Temporal.PlainDate.from({ year, month, day: wanted }).dayOfWeek;
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 7) return wanted === daysInMonth ? wanted - 2 : wanted + 1;
  return wanted;
}
