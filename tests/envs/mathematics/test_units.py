"""What a question asks for behind a number."""

import pytest

from r1ci_env.envs.mathematics.units import asked_units, asks_for_percentage, without_unit


@pytest.mark.parametrize(
    ("question", "units"),
    [
        ("A rope is 5 m long. How long is it in cm?", "centimeter"),
        ("A rope is 5 m long. How long is each half?", "meter"),
        ("Ann has 9 dollars. How many apples can she buy?", "apple"),
        ("A board is 10 feet long. How many inches is it?", "inch"),
        ("How old is Rosa now?", "year"),
        ("What is its area in square centimeters?", "centimeter^2"),
        ("The edge is 3 cm long. What is its volume in cubic inches?", "inch^3"),
        ("In how many ways can this be done?", "way"),
        ("How fast does he go, in miles per hour?", "mile hour"),
        ("Zora goes 5 km in 2 h. What is her speed?", "kilometer hour"),
        ("How much does she pay for 3 kg?", "dollar"),
        ("How many kilowatt-hours does it use?", "kilowatt-hour"),
        ("How many degrees does the third angle measure?", "degree"),
        (r"A circle has area $144\pi$. What is its radius?", ""),
        ("If the number of clerks is 30, calculate the amount of money that they are paid.", "dollar"),
        ("Determine the number of ways to arrange the letters of PROOF.", "way"),
        ("How many 30-minute episodes did he watch in 2 hours?", "episode"),
        ("How much more does it cost to pave a street that is 490 meters long?", "dollar"),
        ("What is the probability?", ""),
        ("", ""),
        ("A: How many dollars is it?\nB: How many hours does it take?\nFrom the answers, calculate A + B.", ""),
        ("A: How many dollars is it?\nB: How many dollars does it cost?\nFrom the answers, calculate A + B.", "dollar"),
    ],
)
def test_asked_units(question, units):
    assert asked_units(question) == set(units.split())


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What percent of it is left?", True),
        ("What is the percentage of sugar?", True),
        ("Express it as a percent.", True),
        ("At what yearly rate does it grow?", True),
        ("12 percent of all lamps are red. What is the probability of two red ones?", False),
        ("It rose by 30%. What is it now?", False),
        (r"It rose by $30\%$. What is it now?", False),
        ("How much is 30 percent of it?", False),
        ("A: What percent is it?\nB: How many are there?", False),
    ],
)
def test_asks_for_percentage(question, asks):
    assert asks_for_percentage(question) == asks


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5 square centimeters", "5"),
        ("5 cm^2", "5"),
        ("5 sq. cm", "5"),
        ("5cm ^2", "5"),
        ("5 centimeters squared", "5"),
        ("27 years old", "27"),
        ("45°", "45"),
        ("3 square units", "3"),
        ("5 centimeters", None),
        ("5 cm^3", None),
        ("3 squared", None),
        ("2 pi", None),
        ("5 per", None),
    ],
)
def test_without_unit(text, number):
    allowed = frozenset({"centimeter^2", "year", "degree"})
    assert [*without_unit(text, allowed)][-1:] == ([number] if number else [])
