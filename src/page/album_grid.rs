//! The places of an album's pictures: how Telegram Desktop groups them by their proportions (`ui/grouped_layout.cpp`), rounded to
//! the columns and rows of a grid of squares, since the pages' content policy forbids styles at an element. Positions set by
//! the script would leave a page without scripts without its album, and pictures in an SVG would scale their players.

use std::fmt::Write as _;

use crate::limits;
use crate::media::Size;

/// Columns of the grid.
const COLUMNS: u64 = 36;

/// The most rows of one picture.
const MOST_ROWS: u64 = 54;

/// The algorithm calculates in thousandths of a column.
const UNIT: u64 = 1_000;

/// The width of an album, and the height that it should not exceed unless it has many pictures.
const WIDTH: u64 = COLUMNS * UNIT;

/// The least width of a picture: 100 of 430 points in Telegram Desktop.
const LEAST: u64 = WIDTH * 100 / 430;

/// A proportion of 1 : 1. Proportions are width divided by height, in thousandths.
const SQUARE: u64 = 1_000;

/// The columns and rows that one picture takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Columns, of 36.
    columns: u64,
    /// Rows, each as high as a column is wide.
    rows: u64,
}

/// An arrangement, in thousandths of a column.
#[derive(Debug)]
enum Arrangement {
    /// Lines below each other.
    Lines(Vec<Line>),
    /// The first picture on the left, the others in a column beside it, with these heights.
    Beside { left: u64, heights: Vec<u64> },
}

#[derive(Debug)]
struct Line {
    height: u64,
    widths: Vec<u64>,
}

/// The cells of an album's pictures, in their order. Placed one after the other, they fill a rectangle. A picture of unknown size
/// counts as a square.
pub(super) fn album_grid(sizes: &[Option<Size>]) -> Vec<Cell> {
    let ratio = |size: &Option<Size>| match size {
        Some(size) if size.width > 0 && size.height > 0 => {
            (u64::from(size.width) * SQUARE / u64::from(size.height)).clamp(50, 20 * SQUARE)
        }
        _ => SQUARE,
    };
    let ratios: Vec<u64> = sizes.iter().map(ratio).collect();
    cells(arrangement(&ratios))
}

fn arrangement(ratios: &[u64]) -> Arrangement {
    let is_extreme = ratios.iter().any(|ratio| *ratio > 2 * SQUARE);
    match ratios {
        [a, b] if !is_extreme => two([*a, *b]),
        [a, b, c] if !is_extreme => three([*a, *b, *c]),
        [a, b, c, d] if !is_extreme => four([*a, *b, *c, *d]),
        _ => lines(ratios),
    }
}

/// Wider than high, higher than wide, or nearly square.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Wide,
    Narrow,
    Square,
}

fn shape(ratio: u64) -> Shape {
    match ratio {
        1_201.. => Shape::Wide,
        ..800 => Shape::Narrow,
        _ => Shape::Square,
    }
}

/// The height of a picture of this width.
fn height(width: u64, ratio: u64) -> u64 {
    width * SQUARE / ratio
}

/// The width of a picture of this height.
fn width(height: u64, ratio: u64) -> u64 {
    height * ratio / SQUARE
}

fn line(height: u64, widths: &[u64]) -> Line {
    Line { height, widths: widths.to_vec() }
}

fn two([first, second]: [u64; 2]) -> Arrangement {
    let shapes = [shape(first), shape(second)];
    let average = (SQUARE + first + second) / 2;
    if shapes == [Shape::Wide; 2] && average > 1_400 && second < first + 200 {
        let height = height(WIDTH, first).min(height(WIDTH, second)).min(WIDTH / 2);
        return Arrangement::Lines(vec![line(height, &[WIDTH]), line(height, &[WIDTH])]);
    }
    let right = if shapes == [Shape::Wide; 2] || shapes == [Shape::Square; 2] {
        WIDTH / 2
    } else {
        let least = LEAST * 3 / 2;
        (WIDTH * 2 / 5).max(WIDTH * second / (first + second)).min(WIDTH - least)
    };
    let left = WIDTH - right;
    let height = height(left, first).min(height(right, second)).min(WIDTH);
    Arrangement::Lines(vec![line(height, &[left, right])])
}

fn three([first, second, third]: [u64; 3]) -> Arrangement {
    if shape(first) == Shape::Narrow {
        let lower = (WIDTH / 2).min(second * WIDTH / (second + third));
        let upper = WIDTH - lower;
        let right = (WIDTH / 2).min(width(lower, third)).min(width(upper, second)).max(LEAST);
        return beside(first, right, vec![upper, lower]);
    }
    let upper = height(WIDTH, first).min(WIDTH * 66 / 100);
    let half = WIDTH / 2;
    let lower = height(half, second).min(height(half, third)).min(WIDTH - upper);
    Arrangement::Lines(vec![line(upper, &[WIDTH]), line(lower, &[half, half])])
}

fn four([first, second, third, fourth]: [u64; 4]) -> Arrangement {
    if shape(first) == Shape::Wide {
        let upper = height(WIDTH, first).min(WIDTH * 66 / 100);
        let natural = height(WIDTH, second + third + fourth);
        let left = width(natural, second).clamp(LEAST, WIDTH * 2 / 5);
        let right = width(natural, fourth).max(WIDTH * 33 / 100).max(LEAST);
        let right = right.min(WIDTH - left - LEAST);
        let lower = natural.min(WIDTH - upper);
        let middle = WIDTH - left - right;
        return Arrangement::Lines(vec![
            line(upper, &[WIDTH]),
            line(lower, &[left, middle, right]),
        ]);
    }
    let of_width_one: u64 =
        [second, third, fourth].into_iter().map(|ratio| SQUARE * SQUARE / ratio).sum();
    let natural = WIDTH * SQUARE / of_width_one.max(1);
    let upper = height(natural, second).min(WIDTH * 8 / 10);
    let middle = height(natural, third).min(WIDTH * 9 / 10 - upper);
    beside(first, natural.max(LEAST), vec![upper, middle, WIDTH - upper - middle])
}

/// The first picture beside the others. Telegram makes such an album narrower if the pictures do not need its whole width; here
/// they fill it.
fn beside(first: u64, right: u64, heights: Vec<u64>) -> Arrangement {
    let right = right.min(WIDTH / 2);
    let left = width(WIDTH, first).min(WIDTH - right).max(LEAST);
    Arrangement::Beside { left: WIDTH * left / (left + right), heights }
}

/// Lines for many pictures, or for very wide ones: of all ways to break them into up to four lines, the one whose height is closest
/// to four thirds of the width.
fn lines(ratios: &[u64]) -> Arrangement {
    let count = u64::try_from(ratios.len()).unwrap_or(u64::MAX).max(1);
    let average = (SQUARE + ratios.iter().sum::<u64>()) / count;
    let cropped: Vec<u64> = ratios
        .iter()
        .map(|ratio| {
            if average > 1_100 { (*ratio).clamp(1_000, 2_750) } else { (*ratio).clamp(667, 1_000) }
        })
        .collect();
    let second_most = if average < 850 { 4 } else { 3 };
    let mut best: Option<(u64, Vec<Line>)> = None;
    for counts in line_counts(cropped.len(), second_most) {
        let lines = broken(&cropped, &counts);
        let badness = penalty(&lines);
        if best.as_ref().is_none_or(|(least, _)| badness < *least) {
            best = Some((badness, lines));
        }
    }
    Arrangement::Lines(best.map(|(_, lines)| lines).unwrap_or_default())
}

/// The ways to break an album: how many pictures are in each line.
fn line_counts(total: usize, second_most: usize) -> Vec<Vec<usize>> {
    if total <= 1 {
        return vec![vec![total]];
    }
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    while let Some(begun) = open.pop() {
        let used: usize = begun.iter().sum();
        if used == total && begun.len() > 1 {
            found.push(begun);
            continue;
        }
        if begun.len() == LINES {
            continue;
        }
        let most = if begun.len() == 1 { second_most } else { 3 };
        for next in 1..=most.min(total - used) {
            let mut longer = begun.clone();
            longer.push(next);
            open.push(longer);
        }
    }
    found.sort_by_key(|counts| (counts.len(), counts.clone()));
    found
}

/// The most lines of an album.
const LINES: usize = 4;

/// The pictures in lines, each as high as its pictures need to fill the width.
fn broken(ratios: &[u64], counts: &[usize]) -> Vec<Line> {
    let mut rest = ratios;
    let mut lines = Vec::new();
    for count in counts {
        let (these, others) = rest.split_at_checked(*count).unwrap_or((rest, &[]));
        rest = others;
        let height = WIDTH * SQUARE / these.iter().sum::<u64>().max(1);
        lines.push(Line {
            height,
            widths: these.iter().map(|ratio| width(height, *ratio)).collect(),
        });
    }
    lines
}

/// How far an arrangement is from the wanted height; low lines and lines with more pictures than the next one are worse.
fn penalty(lines: &[Line]) -> u64 {
    let total: u64 = lines.iter().map(|line| line.height).sum();
    let is_low = lines.iter().any(|line| line.height < LEAST);
    let shrinks = lines.iter().zip(lines.iter().skip(1));
    let shrinks = shrinks.into_iter().any(|(one, next)| one.widths.len() > next.widths.len());
    let penalty = |applies| if applies { 3 } else { 2 };
    total.abs_diff(WIDTH * 4 / 3) * penalty(is_low) * penalty(shrinks)
}

fn cells(arrangement: Arrangement) -> Vec<Cell> {
    match arrangement {
        Arrangement::Lines(lines) => {
            let of_line = |line: Line| {
                let rows = rounded(line.height).clamp(1, MOST_ROWS);
                shares(&line.widths, COLUMNS).into_iter().map(move |columns| Cell { columns, rows })
            };
            lines.into_iter().flat_map(of_line).collect()
        }
        Arrangement::Beside { left, heights } => {
            let left = rounded(left).clamp(1, COLUMNS - 1);
            let right = shares(&heights, COLUMNS);
            let others = right.into_iter().map(|rows| Cell { columns: COLUMNS - left, rows });
            std::iter::once(Cell { columns: left, rows: COLUMNS }).chain(others).collect()
        }
    }
}

fn rounded(length: u64) -> u64 {
    (length + UNIT / 2) / UNIT
}

/// Whole numbers in the proportions of these lengths, at least 1 each, whose sum is `total`.
fn shares(lengths: &[u64], total: u64) -> Vec<u64> {
    let sum = lengths.iter().sum::<u64>().max(1);
    let (mut end, mut used) = (0, 0);
    let mut left = u64::try_from(lengths.len()).unwrap_or(0);
    let share = |length: &u64| {
        end += length;
        left -= 1;
        let until = ((end * total + sum / 2) / sum).clamp(used + 1, total - left);
        let share = until - used;
        used = until;
        share
    };
    lengths.iter().map(share).collect()
}

/// The class names of a cell.
pub(super) fn class(cell: Cell) -> String {
    format!("w{} h{}", cell.columns, cell.rows)
}

/// The style rules for every class: the policy of the pages forbids styles at the elements.
pub(super) fn style() -> String {
    let mut style = String::new();
    let mut add = |name: char, side: &str, most: u64| {
        for span in 1..=most {
            // Writing to a string does not fail.
            let _ = writeln!(style, ".{name}{span}{{grid-{side}-end:span {span}}}");
        }
    };
    add('w', "column", COLUMNS);
    add('h', "row", MOST_ROWS);
    style
}

const _: () = assert!(limits::ALBUM_ITEMS <= LINES * 3, "every album can be broken into lines");

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(sizes: &[(u32, u32)]) -> Vec<(u64, u64)> {
        let sizes: Vec<_> =
            sizes.iter().map(|&(width, height)| Some(Size { width, height })).collect();
        album_grid(&sizes).into_iter().map(|cell| (cell.columns, cell.rows)).collect()
    }

    #[test]
    fn album_is_arranged_by_its_proportions() {
        const WIDE: (u32, u32) = (1_600, 900);
        const SQUARE: (u32, u32) = (800, 800);
        const HIGH: (u32, u32) = (600, 1_000);
        const PANORAMA: (u32, u32) = (3_000, 1_000);
        for (sizes, expected) in [
            (&[WIDE, WIDE][..], &[(36, 18), (36, 18)][..]),
            (&[SQUARE, SQUARE], &[(18, 18), (18, 18)]),
            (&[HIGH, HIGH], &[(18, 30), (18, 30)]),
            (&[WIDE, HIGH], &[(22, 12), (14, 12)]),
            (&[HIGH, WIDE], &[(13, 13), (23, 13)]),
            (&[PANORAMA, PANORAMA], &[(36, 13), (36, 13)]),
            (&[WIDE, SQUARE, SQUARE], &[(36, 20), (18, 16), (18, 16)]),
            (&[SQUARE, SQUARE, SQUARE], &[(36, 24), (18, 12), (18, 12)]),
            (&[HIGH, SQUARE, SQUARE], &[(18, 36), (18, 18), (18, 18)]),
            (&[WIDE, SQUARE, SQUARE, SQUARE], &[(36, 20), (12, 12), (12, 12), (12, 12)]),
            (&[SQUARE, SQUARE, SQUARE, SQUARE], &[(24, 36), (12, 12), (12, 12), (12, 12)]),
            (&[HIGH, WIDE, WIDE, WIDE], &[(18, 36), (18, 12), (18, 12), (18, 12)]),
            (&[SQUARE; 5], &[(18, 18), (18, 18), (12, 12), (12, 12), (12, 12)]),
            (&[SQUARE; 6], &[(18, 18); 6]),
        ] {
            assert_eq!(grid(sizes), expected, "{sizes:?}");
        }
    }

    /// Places cells as a browser does: in order, each at the first free place after the last one.
    fn placed(cells: &[Cell]) -> Option<u64> {
        let mut taken: Vec<[bool; 36]> = Vec::new();
        let (mut row, mut column) = (0_usize, 0_usize);
        for cell in cells {
            let (columns, rows) =
                (usize::try_from(cell.columns).ok()?, usize::try_from(cell.rows).ok()?);
            loop {
                while taken.len() < row + rows {
                    taken.push([false; 36]);
                }
                let is_free = column + columns <= 36
                    && taken[row..row + rows]
                        .iter()
                        .all(|line| !line[column..column + columns].contains(&true));
                if is_free {
                    break;
                }
                column += 1;
                if column >= 36 {
                    (column, row) = (0, row + 1);
                }
            }
            for line in &mut taken[row..row + rows] {
                line[column..column + columns].fill(true);
            }
        }
        taken.retain(|line| line.contains(&true));
        let is_full = taken.iter().all(|line| !line.contains(&false));
        is_full.then_some(u64::try_from(taken.len()).ok()?)
    }

    #[test]
    fn every_album_fills_a_rectangle_of_a_sensible_height() {
        let shapes = [(1_600, 900), (800, 800), (600, 1_000), (4_000, 300), (300, 4_000), (0, 0)];
        for count in 2..=limits::ALBUM_ITEMS {
            for seed in 0..300_usize {
                let mut state = seed * 7 + count;
                let sizes: Vec<_> = (0..count)
                    .map(|_| {
                        state = (state * 1_103 + 12_345) % 65_536;
                        let (width, height) = shapes[state / 7 % shapes.len()];
                        Some(Size { width, height })
                    })
                    .collect();
                let cells = album_grid(&sizes);
                assert_eq!(cells.len(), count);
                let height = placed(&cells).unwrap_or_else(|| panic!("{sizes:?}: {cells:?}"));
                assert!((4..=110).contains(&height), "{sizes:?}: {cells:?}");
                assert!(
                    cells
                        .iter()
                        .all(|cell| cell.columns >= 1 && (1..=MOST_ROWS).contains(&cell.rows))
                );
            }
        }
    }

    #[test]
    fn every_class_has_a_rule() {
        let style = style();
        for class in
            [class(Cell { columns: 1, rows: MOST_ROWS }), class(Cell { columns: COLUMNS, rows: 1 })]
        {
            for name in class.split(' ') {
                assert!(style.contains(&format!(".{name}{{")), "{name}");
            }
        }
    }
}
