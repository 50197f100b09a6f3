"""Stories of everyday arithmetic: prices, rates, percentages, mixtures, work, ages, speeds, units, sharing."""

from fractions import Fraction

from r1ci_env.envs.wording.word_problems import Wording, is_count, is_positive

OLDEST = 100  # years of a person

# Slots: n small and b big counts, a years of age, h hundreds, p prices, r percentages, w names.
TABLE: tuple[Wording, ...] = (
    Wording(
        "{w} buys {n} crates of oranges with {b} oranges in each and gives {b2} oranges to a school "
        "kitchen. How many oranges are left?",
        lambda n, b, b2: n * b - b2,
        result=is_count,
    ),
    Wording(
        "A stall sells {b} jars of honey at ${p} each and {n} candles at ${p2} each. How many dollars "
        "does it take in altogether?",
        lambda b, p, n, p2: b * p + n * p2,
    ),
    Wording(
        "{w} pays for {n} notebooks at ${p} each with a voucher of ${h}. How many dollars of the voucher remain?",
        lambda n, p, h: h - n * p,
        result=is_positive,
    ),
    Wording(
        "A coat costs ${h}. In a sale the price falls by {r} percent. How many dollars does the coat cost in the sale?",
        lambda h, r: Fraction(h * (100 - r), 100),
    ),
    Wording(
        "A machine costs ${h}, to which {r} percent tax is added; delivery costs another ${p}. How many "
        "dollars must be paid in all?",
        lambda h, r, p: Fraction(h * (100 + r), 100) + p,
    ),
    Wording(
        "After a discount of {r} percent a bicycle costs ${p}. What was its price in dollars before the discount?",
        lambda r, p: p * 100 / Fraction(100 - r),
    ),
    Wording(
        "Of the {h} seats in a theatre, {r} percent are taken. How many seats are free?",
        lambda h, r: h * (100 - r) // 100,
    ),
    Wording(
        "A town had {h} inhabitants. In one year the number grew by {r} percent, and then {b} people "
        "moved away. How many people live there now?",
        lambda h, r, b: h * (100 + r) // 100 - b,
        result=is_count,
    ),
    Wording(
        "{w} earns ${p} an hour for the first {n} hours of a job and one and a half times as much for "
        "every further hour. How many dollars does {w} earn with a job of {b} hours?",
        lambda p, n, b: p * n + Fraction(3, 2) * p * (b - n),
        fits=lambda p, n, b: b > n,
    ),
    Wording(
        "A pump fills {b} liters a minute into a tank while {n} liters a minute leak out. How many liters "
        "are gained in {n2} hours?",
        lambda b, n, n2: (b - n) * 60 * n2,
        result=is_count,
    ),
    Wording(
        "Two taps run into one basin, the first {b} liters an hour and the second {b2} liters an hour. "
        "How many hours do they need together for {b3} liters?",
        lambda b, b2, b3: Fraction(b3, b + b2),
    ),
    Wording(
        "{w} alone paints a fence in {n} hours and {w2} alone in {n2} hours. How many hours do they need "
        "if they paint it together?",
        lambda n, n2: Fraction(n * n2, n + n2),
    ),
    Wording(
        "{n} equal machines make {b} screws in an hour. How many screws do {n2} such machines make in {n3} hours?",
        lambda n, b, n2, n3: Fraction(b * n2 * n3, n),
        result=is_count,
    ),
    Wording(
        "{w} is {n} times as old as {w2}. In {a} years the sum of their ages will be {a2}. How old is {w2} now?",
        lambda n, a, a2: Fraction(a2 - 2 * a, n + 1),
        fits=lambda n, a, a2: n * (a2 - 2 * a) <= OLDEST * (n + 1),
        result=is_count,
    ),
    Wording(
        "{w} is {a} years older than {w2}, and together they are {a2} years old. How old is {w}?",
        lambda a, a2: Fraction(a2 + a, 2),
        fits=lambda a, a2: a < a2 <= 2 * OLDEST - a,
        result=is_count,
    ),
    Wording(
        "{n} liters of juice with {r} percent sugar are mixed with {n2} liters of juice with {r2} percent "
        "sugar. What is the percentage of sugar in the mixture?",
        lambda n, r, n2, r2: Fraction(n * r + n2 * r2, n + n2),
    ),
    Wording(
        "How many liters of water must be added to {b} liters of a {r} percent salt solution so that it "
        "becomes a {r2} percent solution?",
        lambda b, r, r2: Fraction(b * r, r2) - b,
        result=is_positive,
    ),
    Wording(
        "A shop blends {n} kilograms of tea at ${p} a kilogram with {n2} kilograms at ${p2} a kilogram. "
        "How many dollars is one kilogram of the blend worth?",
        lambda n, p, n2, p2: Fraction(n * p + n2 * p2) / (n + n2),
    ),
    Wording(
        "A train travels {n} hours at {b} kilometers an hour and then {n2} hours at {b2} kilometers an "
        "hour. What is its average speed in kilometers an hour?",
        lambda n, b, n2, b2: Fraction(n * b + n2 * b2, n + n2),
    ),
    Wording(
        "Two ships leave a port in opposite directions, at {b} and {b2} kilometers an hour. How many "
        "kilometers apart are they after {n} hours?",
        lambda b, b2, n: n * (b + b2),
    ),
    Wording(
        "{w} cycles off at {n} kilometers an hour. {n2} hours later {w2} follows by car at {a} kilometers "
        "an hour. How many hours does {w2} need to catch up?",
        lambda n, n2, a: Fraction(n * n2, a - n),
        fits=lambda n, n2, a: n <= 40 and n < a,
    ),
    Wording(
        "A rope of {b} meters is cut into pieces of {n} centimeters. How many whole pieces are there?",
        lambda b, n: 100 * b // n,
        result=is_count,
    ),
    Wording(
        "A printer prints {n} pages a minute. How many hours does it need for {b} copies of a book of {n2} pages?",
        lambda n, b, n2: Fraction(b * n2, 60 * n),
    ),
    Wording(
        "A recipe for {n} people needs {b} grams of flour. How many kilograms are needed for {n2} people?",
        lambda n, b, n2: Fraction(b * n2, 1000 * n),
    ),
    Wording(
        "A car uses {n} liters of fuel for every 100 kilometers, and fuel costs ${p} a liter. How many "
        "dollars does the fuel for {b} kilometers cost?",
        lambda n, p, b: n * p * b / Fraction(100),
    ),
    Wording(
        "A taxi charges ${p} at the start and ${p2} for every kilometer. {w} rides {b} kilometers and "
        "tips ${n}. How many dollars does {w} pay?",
        lambda p, p2, b, n: p + p2 * b + n,
    ),
    Wording(
        "{n} friends share a bill of ${h} equally after adding a tip of {r} percent. How many dollars does each pay?",
        lambda n, h, r: Fraction(h * (100 + r), 100 * n),
    ),
    Wording(
        "{b} sweets are shared among {n} children so that each gets equally many and as many as possible. "
        "How many sweets are left over?",
        lambda b, n: b % n,
    ),
    Wording(
        "Buses with {n} seats each are hired for {b} pupils and {n2} teachers. How many buses are needed?",
        lambda n, b, n2: -((b + n2) // -n),
    ),
    Wording(
        "{w} has {n} times as many stamps as {w2}. Together they have {b} stamps. How many more does {w} have?",
        lambda n, b: Fraction(b * (n - 1), n + 1),
        result=is_count,
    ),
    Wording(
        "The sum of ${b} is divided between {w} and {w2} in the ratio {n} to {n2}. How many dollars does {w} get?",
        lambda b, n, n2: Fraction(b * n, n + n2),
    ),
    Wording(
        "A savings account holds ${h} and earns {r} percent simple interest a year. How many dollars are "
        "in it after {n} years?",
        lambda h, r, n: h + Fraction(h * r * n, 100),
    ),
    Wording(
        "An investment of ${h} gains {r} percent in the first year and loses {r2} percent of its value in "
        "the second. How many dollars is it worth then?",
        lambda h, r, r2: Fraction(h * (100 + r) * (100 - r2), 10000),
    ),
    Wording(
        "A trader buys {b} lamps at ${p} each and sells them with a profit of {r} percent. How many "
        "dollars is the whole profit?",
        lambda b, p, r: b * p * r / Fraction(100),
    ),
    Wording(
        "After {n} tests {w} has an average of {b} points. How many points in the next test bring the average to {b2}?",
        lambda n, b, b2: b2 * (n + 1) - b * n,
        result=is_count,
    ),
    Wording(
        "The average weight of {n} parcels is {b} grams. One parcel of {b2} grams is taken away. What is "
        "the average weight of the others in grams?",
        lambda n, b, b2: Fraction(n * b - b2, n - 1),
        result=is_positive,
    ),
    Wording(
        "A baker makes {b} rolls every morning; {r} percent of them are sold by noon and {n} of the rest "
        "in the afternoon. How many rolls are unsold after {n2} days?",
        lambda b, r, n, n2: n2 * (b * (100 - r) // 100 - n),
        fits=lambda b, r, n, n2: b * (100 - r) % 100 == 0 and b * (100 - r) // 100 > n,
    ),
    Wording(
        "A rectangular field is {b} meters long and {b2} meters wide. A fence around it costs ${p} a "
        "meter. How many dollars does the fence cost?",
        lambda b, b2, p: 2 * (b + b2) * p,
    ),
    Wording(
        "A lamp of {b} watts burns {n} hours a day. How many kilowatt-hours does it use in {n2} weeks?",
        lambda b, n, n2: Fraction(7 * b * n * n2, 1000),
        fits=lambda b, n, n2: n <= 24,
    ),
    Wording(
        "A library lends {b} books on Monday, {n} times as many on Tuesday, and on Wednesday {b2} fewer "
        "than on Tuesday. How many books does it lend on the three days?",
        lambda b, n, b2: b + n * b + n * b - b2,
        fits=lambda b, n, b2: n * b > b2,
    ),
    Wording(
        "{w} saves ${b} in the first month and ${n} more in each month than in the month before. How many "
        "dollars does {w} save in {n2} months?",
        lambda b, n, n2: n2 * b + n * n2 * (n2 - 1) // 2,
    ),
    Wording(
        "A farm has hens and goats, {b} heads and {b2} legs in all. How many goats are there?",
        lambda b, b2: Fraction(b2 - 2 * b, 2),
        fits=lambda b, b2: b2 < 4 * b,
        result=is_count,
    ),
    Wording(
        "Tickets cost ${n} for adults and ${n2} for children. {b} tickets bring in ${b2}. How many "
        "tickets for children were sold?",
        lambda n, n2, b, b2: Fraction(n * b - b2, n - n2),
        fits=lambda n, n2, b, b2: n > n2 and b2 > n2 * b,
        result=is_count,
    ),
    Wording(
        "One euro is worth ${p}. {w} changes {b} euros into dollars and pays a fee of {r} percent of the "
        "dollars. How many dollars does {w} get?",
        lambda p, b, r: p * b * (100 - r) / Fraction(100),
    ),
)
