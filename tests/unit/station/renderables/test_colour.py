"""Contrast and difference of colours, against the figures of their papers."""

import pytest

from station.renderables.colour import EYES, Vector, as_seen, ciede2000, contrast, difference, readable_on


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ff0000", "#ffffff") == contrast("#ffffff", "#ff0000") == pytest.approx(4.0, abs=0.005)


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000_gives_the_pairs_of_its_implementation_notes(first: Vector, second: Vector, wanted: float) -> None:
    assert ciede2000(first, second) == pytest.approx(wanted, abs=5e-5)
    assert ciede2000(second, first) == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize("eye", EYES)
def test_grey_stays_grey_for_every_eye(eye: str) -> None:
    assert difference(as_seen("#808080", eye), "#808080") < 0.5


def test_red_and_green_come_together_for_who_lacks_a_cone() -> None:
    red, green = "#d36a4a", "#4a9b35"
    assert difference(red, green) > 50
    assert difference(as_seen(red, "deuteranopia"), as_seen(green, "deuteranopia")) < 15
    assert difference(as_seen(red, "tritanopia"), as_seen(green, "tritanopia")) > 50


@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#ff5561", "#d6451f", "#777777", "#767676"])
def test_black_or_white_can_be_read_on_anything(ground: str) -> None:
    assert contrast(readable_on(ground), ground) >= 4.5
