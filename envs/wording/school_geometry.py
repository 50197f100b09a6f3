"""Problems of school geometry: triangles, quadrilaterals, polygons, circles, coordinates, similar figures, solids."""

from fractions import Fraction

from r1ci_env.envs.mathematics.exact import pi, sqrt
from r1ci_env.envs.wording.word_problems import Wording

# Slots: n lengths, k shorter ones, c coordinates, g degrees, s angle sums.
TABLE: tuple[Wording, ...] = (
    Wording(
        "A rectangle is {n} cm long and {k} cm wide. How many centimeters long is its diagonal?",
        lambda n, k: sqrt(n**2 + k**2),
    ),
    Wording(
        "A rectangle has a perimeter of {n} cm and one side of {k} cm. What is its area in square centimeters?",
        lambda n, k: Fraction(k * (n - 2 * k), 2),
        fits=lambda n, k: n > 2 * k,
    ),
    Wording(
        "The diagonal of a square is {n} cm long. What is its area in square centimeters?",
        lambda n: Fraction(n**2, 2),
    ),
    Wording(
        "A square has an area of {n} square centimeters. How many centimeters is its perimeter?",
        lambda n: 4 * sqrt(n),
    ),
    Wording(
        "The legs of a right triangle are {n} cm and {k} cm long. How many centimeters long is the hypotenuse?",
        lambda n, k: sqrt(n**2 + k**2),
    ),
    Wording(
        "The hypotenuse of a right triangle is {n} cm long and one leg is {k} cm long. How many "
        "centimeters long is the other leg?",
        lambda n, k: sqrt(n**2 - k**2),
    ),
    Wording(
        "The legs of a right triangle are {k} cm and {k2} cm long. How many centimeters long is the "
        "altitude on the hypotenuse?",
        lambda k, k2: k * k2 / sqrt(k**2 + k2**2),
    ),
    Wording(
        "The legs of a right triangle are {k} cm and {k2} cm long. What is the radius of its inscribed "
        "circle in centimeters?",
        lambda k, k2: (k + k2 - sqrt(k**2 + k2**2)) / 2,
    ),
    Wording(
        "The legs of a right triangle are {k} cm and {k2} cm long. What is the area of the circle through "
        "its three corners in square centimeters?",
        lambda k, k2: pi * (k**2 + k2**2) / 4,
    ),
    Wording(
        "What is the area, in square centimeters, of an equilateral triangle with sides of {n} cm?",
        lambda n: sqrt(3) * n**2 / 4,
    ),
    Wording(
        "The altitudes of an equilateral triangle are {n} cm long. How many centimeters long are its sides?",
        lambda n: 2 * n / sqrt(3),
    ),
    Wording(
        "An isosceles triangle has a base of {k} cm and two sides of {n} cm. What is its area in square centimeters?",
        lambda k, n: k * sqrt(4 * n**2 - k**2) / 4,
    ),
    Wording(
        "In a triangle with angles of 30, 60 and 90 degrees the shortest side is {n} cm long. How many "
        "centimeters is its perimeter?",
        lambda n: 3 * n + n * sqrt(3),
    ),
    Wording(
        "The hypotenuse of a right isosceles triangle is {n} cm long. What is its area in square centimeters?",
        lambda n: Fraction(n**2, 4),
    ),
    Wording(
        "The sides of a triangle are {k} cm, {k2} cm and {k3} cm long. What is its area in square centimeters?",
        lambda k, k2, k3: sqrt((k + k2 + k3) * (k + k2 - k3) * (k - k2 + k3) * (k2 + k3 - k)) / 4,
    ),
    Wording(
        "Two angles of a triangle measure {g} and {g2} degrees. How many degrees does the third angle measure?",
        lambda g, g2: 180 - g - g2,
        fits=lambda g, g2: g + g2 < 180,
    ),
    Wording(
        "The angle between the two equal sides of an isosceles triangle measures {g} degrees. How many "
        "degrees does each of the other angles measure?",
        lambda g: Fraction(180 - g, 2),
    ),
    Wording(
        "Two interior angles of a triangle measure {g} and {g2} degrees. How many degrees does the "
        "exterior angle at the third corner measure?",
        lambda g, g2: g + g2,
        fits=lambda g, g2: g + g2 < 180,
    ),
    Wording(
        "Three angles of a convex quadrilateral measure {g}, {g2} and {g3} degrees. How many degrees does "
        "the fourth angle measure?",
        lambda g, g2, g3: 360 - g - g2 - g3,
        fits=lambda g, g2, g3: 180 < g + g2 + g3 < 360,
    ),
    Wording(
        "The angles of a triangle are in the ratio {k} to {k2} to {k3}. How many degrees does the largest "
        "angle measure?",
        lambda k, k2, k3: Fraction(180 * max(k, k2, k3), k + k2 + k3),
    ),
    Wording(
        "How many degrees does each interior angle of a regular polygon with {n} sides measure?",
        lambda n: Fraction(180 * (n - 2), n),
        fits=lambda n: n > 2,
    ),
    Wording(
        "The interior angles of a polygon add up to {s} degrees. How many sides does it have?",
        lambda s: s // 180 + 2,
    ),
    Wording(
        "How many diagonals does a convex polygon with {n} sides have?",
        lambda n: n * (n - 3) // 2,
        fits=lambda n: n > 2,
    ),
    Wording(
        "A circle has a radius of {n} cm. How many centimeters is its circumference?",
        lambda n: 2 * pi * n,
    ),
    Wording(
        "A circle has a diameter of {n} cm. What is its area in square centimeters?",
        lambda n: pi * n**2 / 4,
    ),
    Wording(
        "The area of a circle is {n} times pi square centimeters. How many centimeters is its radius?",
        lambda n: sqrt(n),
    ),
    Wording(
        "Two circles have the same center and radii of {n} cm and {k} cm. What is the area between them "
        "in square centimeters?",
        lambda n, k: pi * abs(n**2 - k**2),
        fits=lambda n, k: n != k,
    ),
    Wording(
        "What is the area, in square centimeters, of a sector of {g} degrees in a circle with a radius of {n} cm?",
        lambda g, n: pi * g * n**2 / 360,
    ),
    Wording(
        "An arc of a circle with a radius of {n} cm belongs to a central angle of {g} degrees. How many "
        "centimeters long is the arc?",
        lambda n, g: pi * g * n / 180,
    ),
    Wording(
        "The central angle over an arc of a circle measures {g} degrees. How many degrees does an "
        "inscribed angle over the same arc measure?",
        lambda g: Fraction(g, 2),
    ),
    Wording(
        "A chord lies {k} cm from the center of a circle with a radius of {n} cm. How many centimeters "
        "long is the chord?",
        lambda k, n: 2 * sqrt(n**2 - k**2),
    ),
    Wording(
        "From a point {n} cm away from the center of a circle with a radius of {k} cm a tangent is drawn. "
        "How many centimeters are there from the point to where the tangent touches the circle?",
        lambda n, k: sqrt(n**2 - k**2),
    ),
    Wording(
        "The largest circle that fits is cut out of a square with sides of {n} cm. What area of the "
        "square remains, in square centimeters?",
        lambda n: n**2 - pi * n**2 / 4,
    ),
    Wording(
        "A circle passes through the four corners of a rectangle of {n} cm by {k} cm. How many "
        "centimeters is its circumference?",
        lambda n, k: pi * sqrt(n**2 + k**2),
    ),
    Wording(
        "The parallel sides of a trapezoid are {n} cm and {k} cm long and {k2} cm apart. What is its area "
        "in square centimeters?",
        lambda n, k, k2: Fraction((n + k) * k2, 2),
    ),
    Wording(
        "An isosceles trapezoid has parallel sides of {n} cm and {k} cm and two other sides of {k2} cm. "
        "How many centimeters is its height?",
        lambda n, k, k2: sqrt(k2**2 - Fraction((n - k) ** 2, 4)),
        fits=lambda n, k, k2: n != k,
    ),
    Wording(
        "The sides of a parallelogram are {n} cm and {k} cm long. The height on the first is {k2} cm. How "
        "many centimeters is the height on the second?",
        lambda n, k, k2: Fraction(n * k2, k),
        fits=lambda n, k, k2: k2 < k,
    ),
    Wording(
        "The diagonals of a rhombus are {n} cm and {k} cm long. How many centimeters is its perimeter?",
        lambda n, k: 2 * sqrt(n**2 + k**2),
    ),
    Wording(
        "What is the area, in square centimeters, of a regular hexagon with sides of {n} cm?",
        lambda n: 3 * sqrt(3) * n**2 / 2,
    ),
    Wording(
        "Two triangles are similar. A side of {k} cm in the first corresponds to one of {k2} cm in the "
        "second, and the first has an area of {n} square centimeters. What is the area of the second in "
        "square centimeters?",
        lambda k, k2, n: Fraction(n * k2**2, k**2),
    ),
    Wording(
        "A pole {k} meters high casts a shadow of {k2} meters. At the same time a tower casts a shadow of "
        "{n} meters. How many meters high is the tower?",
        lambda k, k2, n: Fraction(k * n, k2),
    ),
    Wording(
        "In triangle ABC, a line parallel to BC meets AB in D and AC in E. AD is {k} cm, DB is {k2} cm "
        "and BC is {n} cm long. How many centimeters long is DE?",
        lambda k, k2, n: Fraction(n * k, k + k2),
    ),
    Wording(
        "What is the distance between the points ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: sqrt((c - c3) ** 2 + (c2 - c4) ** 2),
    ),
    Wording(
        "What is the sum of the coordinates of the midpoint between ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: Fraction(c + c2 + c3 + c4, 2),
    ),
    Wording(
        "What is the area of the triangle with the corners (0, 0), ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: Fraction(abs(c * c4 - c2 * c3), 2),
        fits=lambda c, c2, c3, c4: c * c4 != c2 * c3,
    ),
    Wording(
        "What is the slope of the line through ({c}, {c2}) and ({c3}, {c4})?",
        lambda c, c2, c3, c4: Fraction(c4 - c2, c3 - c),
        fits=lambda c, c2, c3, c4: c != c3,
    ),
    Wording(
        "The point ({c}, {c2}) is reflected in the x-axis and then moved {n} units to the right. What is "
        "the sum of the coordinates of the point where it ends?",
        lambda c, c2, n: c + n - c2,
    ),
    Wording(
        "What is the distance of the point ({c}, {c2}) from the line {k}x + {k2}y = {n}?",
        lambda c, c2, k, k2, n: abs(k * c + k2 * c2 - n) / sqrt(k**2 + k2**2),
    ),
    Wording(
        "A box is {k} cm long, {k2} cm wide and {k3} cm high. How many centimeters long is the diagonal "
        "through its inside?",
        lambda k, k2, k3: sqrt(k**2 + k2**2 + k3**2),
    ),
    Wording(
        "A box is {k} cm long, {k2} cm wide and {k3} cm high. What is its surface in square centimeters?",
        lambda k, k2, k3: 2 * (k * k2 + k2 * k3 + k * k3),
    ),
    Wording(
        "The surface of a cube is {n} square centimeters. How many centimeters long is its edge?",
        lambda n: sqrt(Fraction(n, 6)),
    ),
    Wording(
        "A cylinder has a radius of {k} cm and a height of {n} cm. What is its volume in cubic centimeters?",
        lambda k, n: pi * k**2 * n,
    ),
    Wording(
        "A closed cylinder has a radius of {k} cm and a height of {n} cm. What is its whole surface in "
        "square centimeters?",
        lambda k, n: 2 * pi * k * (k + n),
    ),
    Wording(
        "A cone has a base radius of {k} cm and a height of {n} cm. What is its volume in cubic centimeters?",
        lambda k, n: pi * k**2 * n / 3,
    ),
    Wording(
        "A cone has a base radius of {k} cm and a height of {k2} cm. What is its curved surface in square centimeters?",
        lambda k, k2: pi * k * sqrt(k**2 + k2**2),
    ),
    Wording(
        "A sphere has a radius of {k} cm. What is its volume in cubic centimeters?",
        lambda k: 4 * pi * k**3 / 3,
    ),
    Wording(
        "A sphere has a diameter of {n} cm. What is its surface in square centimeters?",
        lambda n: pi * n**2,
    ),
    Wording(
        "A pyramid has a square base with sides of {k} cm and a height of {n} cm. What is its volume in "
        "cubic centimeters?",
        lambda k, n: Fraction(k**2 * n, 3),
    ),
    Wording(
        "A ball of clay with a radius of {k} cm is formed into a cylinder with a radius of {k2} cm. How "
        "many centimeters high is the cylinder?",
        lambda k, k2: Fraction(4 * k**3, 3 * k2**2),
    ),
)
