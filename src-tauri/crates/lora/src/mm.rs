//! The one function that multiplies matrices, so that another backend (Accelerate, a GPU) has one place to go.

use gemm::Parallelism;

/// A read-only view of a matrix: element (i, j) is `data[i * rs + j * cs]`.
#[derive(Clone, Copy)]
pub(crate) struct Mat<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    rs: usize,
    cs: usize,
}

impl<'a> Mat<'a> {
    /// `rows` rows of `cols` elements, each row `stride` elements after the one before.
    #[inline]
    pub(crate) fn new(data: &'a [f32], rows: usize, cols: usize, stride: usize) -> Mat<'a> {
        assert!(fits(data.len(), rows, cols, stride), "matrix view out of bounds");
        Mat { data, rows, cols, rs: stride, cs: 1 }
    }

    /// Rows that follow one another without a gap.
    #[inline]
    pub(crate) fn dense(data: &'a [f32], rows: usize, cols: usize) -> Mat<'a> {
        Mat::new(data, rows, cols, cols)
    }

    /// The transposed view.
    #[inline]
    pub(crate) fn t(self) -> Mat<'a> {
        Mat { data: self.data, rows: self.cols, cols: self.rows, rs: self.cs, cs: self.rs }
    }
}

fn fits(len: usize, rows: usize, cols: usize, stride: usize) -> bool {
    rows == 0 || cols == 0 || (cols <= stride && (rows - 1) * stride + cols <= len)
}

/// Whether a product may use the other threads of the pool.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Threads {
    /// All of them.
    Pool,
    /// Only this one: the caller already runs many products side by side.
    One,
}

/// `y = a b * scale`, or `y += a b * scale` when `add`. `y` has `stride` elements from row to row.
pub(crate) fn mm(y: &mut [f32], stride: usize, add: bool, a: Mat, b: Mat, scale: f32, threads: Threads) {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    assert_eq!(k, b.rows, "inner dimensions differ");
    assert!(fits(y.len(), m, n, stride), "product out of bounds");
    if m == 0 || n == 0 {
        return;
    }
    let parallelism = match threads {
        Threads::Pool => Parallelism::Rayon(0),
        Threads::One => Parallelism::None,
    };
    // SAFETY: `fits` has checked that every element the strides can reach lies inside its slice, for all three
    // matrices, and `y` is borrowed mutably, so it does not overlap the others. f32 is a type gemm supports.
    #[allow(unsafe_code)]
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            y.as_mut_ptr(),
            1,
            stride as isize,
            add,
            a.data.as_ptr(),
            a.cs as isize,
            a.rs as isize,
            b.data.as_ptr(),
            b.cs as isize,
            b.rs as isize,
            1.0,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_strided_and_transposed_views() {
        // a = [[1 2] [3 4]] inside rows of 3, b^T stored.
        let a = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
        let bt = [5.0, 7.0, 6.0, 8.0];
        let mut y = [1.0; 6];
        mm(&mut y, 3, true, Mat::new(&a, 2, 2, 3), Mat::dense(&bt, 2, 2).t(), 2.0, Threads::One);
        assert_eq!(y, [1.0 + 38.0, 1.0 + 44.0, 1.0, 1.0 + 86.0, 1.0 + 100.0, 1.0]);
    }

    /// Guards resuming on another number of threads: the bits must not change.
    #[test]
    fn result_does_not_depend_on_the_number_of_threads() {
        let (m, n, k) = (300, 517, 700);
        let a: Vec<f32> = (0..m * k).map(|i| ((i * 37 % 101) as f32).sin()).collect();
        let b: Vec<f32> = (0..k * n).map(|i| ((i * 53 % 103) as f32).cos()).collect();
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
            let mut y = vec![0.0; m * n];
            pool.install(|| mm(&mut y, n, false, Mat::dense(&a, m, k), Mat::dense(&b, k, n), 1.0, Threads::Pool));
            y
        };
        let one = with(1);
        for threads in [2, 3, 7] {
            assert!(one == with(threads), "{threads} threads give other bits");
        }
    }
}
