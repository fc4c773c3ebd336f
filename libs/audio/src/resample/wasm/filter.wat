;; The inner loop of the resampler: for each output sample, one row of the filter table times one window of input.
;;
;; Samples and coefficients are 16-bit, eight of each a step. Coefficients are stored negated (see filter-table.ts), so
;; the sum is subtracted from half a unit, which also rounds it. A row is a whole number of 32-byte steps.
;; A lane of 32 bits never overflows (a test proves it for every table); the lanes are added up in 64 bits.
(module
  (memory (export "memory") 1)
  (func (export "filter")
    (param $window i32)      ;; address of the first sample of the first window
    (param $output i32)      ;; address of the first output sample
    (param $count i32)       ;; output samples to make, at least 1
    (param $table i32)       ;; address of row 0
    (param $rowBytes i32)    ;; bytes in a row
    (param $phases i32)      ;; rows in the table
    (param $phase i32)       ;; row of the first output sample
    (param $phaseStep i32)   ;; rows between one output sample and the next, modulo $phases
    (param $windowStep i32)  ;; whole samples between them, in bytes
    (param $shift i32)       ;; binary digits after the point in a coefficient
    (local $sample i32) (local $row i32) (local $rowEnd i32) (local $value i32)
    (local $even v128) (local $odd v128) (local $half i64)

    i64.const 1
    local.get $shift
    i32.const 1
    i32.sub
    i64.extend_i32_u
    i64.shl
    local.set $half

    loop $nextOutput
      local.get $window
      local.set $sample
      local.get $table
      local.get $phase
      local.get $rowBytes
      i32.mul
      i32.add
      local.tee $row
      local.get $rowBytes
      i32.add
      local.set $rowEnd
      i32.const 0
      i32x4.splat
      local.tee $even
      local.set $odd

      loop $nextTaps
        local.get $even
        local.get $sample
        v128.load
        local.get $row
        v128.load
        i32x4.dot_i16x8_s
        i32x4.add
        local.set $even
        local.get $odd
        local.get $sample
        v128.load offset=16
        local.get $row
        v128.load offset=16
        i32x4.dot_i16x8_s
        i32x4.add
        local.set $odd
        local.get $sample
        i32.const 32
        i32.add
        local.set $sample
        local.get $row
        i32.const 32
        i32.add
        local.tee $row
        local.get $rowEnd
        i32.lt_u
        br_if $nextTaps
      end

      ;; (half - sum of all lanes) >> shift
      local.get $half
      local.get $even
      i64x2.extend_low_i32x4_s
      local.get $even
      i64x2.extend_high_i32x4_s
      i64x2.add
      local.get $odd
      i64x2.extend_low_i32x4_s
      local.get $odd
      i64x2.extend_high_i32x4_s
      i64x2.add
      i64x2.add
      local.tee $even
      i64x2.extract_lane 0
      local.get $even
      i64x2.extract_lane 1
      i64.add
      i64.sub
      local.get $shift
      i64.extend_i32_u
      i64.shr_s
      i32.wrap_i64
      local.set $value

      ;; Loud input overshoots between samples: hold the result at the ends of 16 bits.
      local.get $value
      i32.const 32767
      local.get $value
      i32.const 32767
      i32.lt_s
      select
      local.set $value
      local.get $output
      local.get $value
      i32.const -32768
      local.get $value
      i32.const -32768
      i32.gt_s
      select
      i32.store16

      local.get $output
      i32.const 2
      i32.add
      local.set $output
      local.get $window
      local.get $windowStep
      i32.add
      local.set $window
      local.get $phase
      local.get $phaseStep
      i32.add
      local.tee $phase
      local.get $phases
      i32.ge_u
      if
        local.get $phase
        local.get $phases
        i32.sub
        local.set $phase
        local.get $window
        i32.const 2
        i32.add
        local.set $window
      end

      local.get $count
      i32.const 1
      i32.sub
      local.tee $count
      br_if $nextOutput
    end
  )
)
